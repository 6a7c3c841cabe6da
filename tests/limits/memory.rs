//! What bodies cost that are small on the way and large when they are read.

use std::io::Write;
use std::sync::mpsc;
use std::time::Duration;

use crate::process::{Process, answer, gzipped};

/// MB that the process may have at its peak: a body of 50 MB while it grows, and what is made of it.
const MOST: u64 = 300;

#[test]
fn what_is_too_much_is_refused_while_it_is_read() {
    let process = Process::start();
    let token = Some(process.token.as_str());
    let rest = |path: &str, body: &[u8]| {
        process.post_gzipped(&format!("/services/data/v62.0/{path}"), "application/json", token, body)
    };
    // 140 kB, which were 140 MB, and five thousand when they were read.
    let (status, body) = rest("composite/sobjects", &gzipped("{\"records\":[", "1,", 70_000_000, "1]}"));
    assert!(status == 413 && body.contains("52428800"), "{status} {body}");
    for (path, list, words) in [
        ("composite/sobjects", "records", "cannot submit more than 200 records into this call"),
        ("composite/sobjects/Account", "ids", "cannot submit more than 2000 records into this call"),
        ("composite/tree/Account", "records", "cannot submit more than 200 records into this call"),
        ("composite", "compositeRequest", "more than 25 operations"),
        ("composite/batch", "batchRequests", "more than 25 operations"),
        ("composite/graph", "graphs", "more than 75 graphs"),
    ] {
        let begin = format!("{{\"{list}\":[");
        let (status, body) = rest(path, &gzipped(&begin, "1,", 25_000_000, "1]}"));
        assert!(status == 400 && body.contains(words), "{path}: {status} {body}");
    }
    for piece in ["[],", "{},", "{\"a\":1},", "\"\","] {
        let (status, body) = rest("sobjects/Account", &gzipped("{\"Name\":[", piece, 6_000_000, "1]}"));
        assert!(status == 400 && body.contains("Number of values"), "{piece}: {status} {body}");
    }
    let (status, body) = process.post_gzipped(
        "/services/data/v62.0/sobjects/Account",
        "application/xml",
        token,
        &gzipped("<Account>", "<a/>", 12_000_000, "</Account>"),
    );
    assert!(status == 400 && body.contains("too many elements"), "{status} {body}");
    let soap =
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header/><e:Body><create>";
    let (status, body) = process.post_gzipped(
        "/services/Soap/u/59.0",
        "text/xml",
        token,
        &gzipped(soap, "<a/>", 12_000_000, "</create></e:Body></e:Envelope>"),
    );
    assert!(status == 500 && body.contains("more than 500000 elements"), "{status} {body}");
    #[cfg(target_os = "linux")]
    assert!(process.peak() < MOST, "{} MB", process.peak());
}

#[test]
fn a_batch_of_garbage_is_refused_while_it_is_read() {
    let process = Process::start();
    let async_path = "/services/async/62.0/job";
    let headers = format!("X-SFDC-Session: {}\r\nContent-Type: application/json", process.token);
    let post = |path: &str, body: &str| {
        let head = format!("POST {path} HTTP/1.1\r\n{headers}\r\nContent-Length: {}", body.len());
        process.send(&head, body.as_bytes())
    };
    for (content, why) in [
        (format!("[{}{{}}]", "{},".repeat(3_300_000)), "exceeded the limit of 10000"),
        (format!("[{{\"a\":[{}1]}}]", "[],".repeat(3_300_000)), "too many values"),
    ] {
        let job = "{\"operation\":\"insert\",\"object\":\"Account\",\"contentType\":\"JSON\"}";
        let (_, made) = post(async_path, job);
        let made: serde_json::Value = serde_json::from_str(&made).unwrap_or_else(|_| panic!("{made}"));
        let job = format!("{async_path}/{}", made["id"].as_str().expect("an id"));
        let (status, batch) = post(&format!("{job}/batch"), &content);
        assert_eq!(status, 201, "{batch}");
        let told = process.send(&format!("GET {job}/batch HTTP/1.1\r\n{headers}"), b"").1;
        assert!(told.contains(why), "{told}");
    }
    #[cfg(target_os = "linux")]
    assert!(process.peak() < MOST, "{} MB", process.peak());
}

/// Thirty bodies of which nearly 1 MB has come and the rest does not.
#[test]
fn unfinished_bodies_without_a_session_hold_little_together() {
    const CLIENTS: usize = 30;
    const SENT: usize = 900_000;
    let process = Process::start();
    let (tell, told) = mpsc::channel();
    let mut streams = Vec::new();
    for path in ["/services/data/v62.0/composite", "/services/Soap/u/59.0", "/services/oauth2/token"] {
        for _ in 0..CLIENTS / 3 {
            let mut stream = process.connect();
            let head = format!("POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", SENT + 1);
            stream.write_all(head.as_bytes()).expect("a head");
            let mut writer = stream.try_clone().expect("a stream");
            std::thread::spawn(move || {
                // The server closes in the middle of what is too much.
                _ = writer.write_all(&vec![b'x'; SENT]);
            });
            let (tell, mut reader) = (tell.clone(), stream.try_clone().expect("a stream"));
            std::thread::spawn(move || {
                let mut first = [0; 12];
                if std::io::Read::read_exact(&mut reader, &mut first).is_ok() {
                    _ = tell.send(String::from_utf8_lossy(&first).into_owned());
                }
            });
            streams.push(stream);
        }
    }
    // Of 8 MB eight have their share; all others are told so.
    for _ in 0..CLIENTS - 9 {
        let line = told.recv_timeout(Duration::from_secs(60)).expect("a refusal");
        assert_eq!(line, "HTTP/1.1 503");
    }
    let session = format!("Authorization: Bearer {}", process.token);
    let (status, body) = process.send(
        &format!("POST /services/data/v62.0/composite HTTP/1.1\r\n{session}\r\nContent-Length: 2"),
        b"{}",
    );
    assert_eq!(status, 200, "{body}");
    #[cfg(target_os = "linux")]
    assert!(process.peak() < 120, "{} MB", process.peak());
    // Their bytes come back when they go.
    drop(streams);
    let mut stream = process.connect();
    stream.write_all(b"POST /services/oauth2/token HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx").expect("a request");
    assert_eq!(answer(&mut stream).0, 400);
}
