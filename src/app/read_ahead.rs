//! Archives to deploy are read before their calls are let in: that can take seconds, in which other calls go on.

use std::sync::Arc;

use crate::deployment::ReadAhead;
use crate::message::{Method, Request};
use crate::world::{MetadataJobs, World};
use crate::{rest, soap};

/// Archives that are read, or have been read and wait for their turn, at a time. Each may take 400 MB.
pub const AT_A_TIME: usize = 1;

/// Whether the request may be one that deploys an archive. Costs little; [`read`] looks closely.
pub fn is_wanted(request: &Request) -> bool {
    let path = path(request);
    request.method == Method::POST && (rest::may_deploy(request, path) || soap::may_deploy(request, path))
}

/// Reads the archive that a request sends or names, and lays it beside the request. Who asks is not known yet, so that also
/// those are served who are then refused; what an archive can cost is bounded.
pub fn read(world: &World, request: &mut Request) {
    if let Some(read) = find(request, world.metadata_jobs()) {
        request.prepared = Some(Arc::new(read));
    }
}

fn find(request: &Request, jobs: &MetadataJobs) -> Option<ReadAhead> {
    let path = path(request);
    if rest::may_deploy(request, path) {
        rest::read_ahead(request, jobs)
    } else {
        soap::read_ahead(request, jobs)
    }
}

/// The path without that of a community, and without doubled slashes.
fn path(request: &Request) -> &str {
    let path = request.path();
    path.find("/services/").and_then(|at| path.get(at..)).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::message::Uri;
    use crate::message::header::{CONTENT_TYPE, HeaderValue};
    use crate::world::{Clock, Random};

    fn zip() -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("package.xml", SimpleFileOptions::default()).expect("a file");
        archive.write_all(b"<Package/>").expect("a file");
        archive.finish().expect("an archive").into_inner()
    }

    fn post(path: &'static str, content_type: &'static str, body: Vec<u8>) -> Request {
        let mut request = Request::new(Method::POST, Uri::from_static(path));
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        request.body = body.into();
        request
    }

    fn parts(archive: &[u8]) -> Vec<u8> {
        let part =
            |name| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").into_bytes();
        [&part("json"), &b"{}\r\n"[..], &part("file"), archive, b"\r\n--b--\r\n"].concat()
    }

    fn envelope(operation: &str) -> String {
        format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:m=\"http://soap.sforce.com/2006/04/metadata\"><e:Body>{operation}</e:Body></e:Envelope>"
        )
    }

    /// Whether an archive was found, and could be read.
    fn told(world: &World, mut request: Request) -> Option<bool> {
        if !is_wanted(&request) {
            return None;
        }
        read(world, &mut request);
        request.prepared::<ReadAhead>()?;
        Some(ReadAhead::of_request(&request, || unreachable!("it was read ahead")).is_ok())
    }

    #[test]
    fn archives_are_read_while_somebody_is_inside() {
        const FORM: &str = "multipart/form-data; boundary=b";
        const REST: &str = "/services/data/v62.0/metadata/deployRequest";
        const SOAP: &str = "/services/Soap/m/62.0";
        let world = World::new(Vec::new(), Clock::deterministic(), Random::deterministic());
        let _inside = world.lock();
        let base64 = STANDARD.encode(zip());
        let deploy = envelope(&format!("<m:deploy><m:ZipFile>{base64}</m:ZipFile></m:deploy>"));
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        let broken = envelope("<m:deploy><m:ZipFile>abcd</m:ZipFile></m:deploy>");
        let form = |path, body: &[u8]| told(&world, post(path, FORM, parts(body)));
        let soap = |path, body: &[u8]| told(&world, post(path, "text/xml", body.to_vec()));
        assert_eq!(form(REST, &zip()), Some(true));
        assert_eq!(form(REST, base64.as_bytes()), Some(true));
        assert_eq!(form("//services/data/v62.0/metadata/deployRequest/", &zip()), Some(true));
        assert_eq!(form("/customers/services/data/v62.0/metadata/deployRequest", &zip()), Some(true));
        assert_eq!(form(REST, b"PK"), Some(false));
        assert_eq!(form("/services/data/v62.0/sobjects/Account", &zip()), None);
        assert_eq!(soap(SOAP, deploy.as_bytes()), Some(true));
        assert_eq!(soap(SOAP, &[&b"\xfe\xff"[..], &utf16(&deploy)].concat()), Some(true));
        assert_eq!(soap("/customers/services/Soap/m/62.0/00D000000000001", deploy.as_bytes()), Some(true));
        assert_eq!(soap(SOAP, broken.as_bytes()), Some(false));
        assert_eq!(soap("/services/Soap/u/62.0", deploy.as_bytes()), None);
        assert_eq!(soap(SOAP, envelope("<m:describeMetadata/>").as_bytes()), None);
        assert_eq!(soap(SOAP, b"deploy"), None);
    }
}
