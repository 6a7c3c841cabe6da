//! `sendEmail()`: up to ten mails, of which the outbox tells.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_sendemail.htm>

use super::call::Call;
use super::code::Codes;
use super::element::Element;
use super::fault::SoapFault;
use super::writer::Writer;
use crate::model::fault::{Fault, faults};
use crate::org::outbound_email::{OutboundEmail, send};
use crate::world::RequestContext;

const MOST_MAILS: usize = 10;

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    let messages = &call.envelope.operation.children;
    if messages.len() > MOST_MAILS {
        return Err(SoapFault::too_many_records(MOST_MAILS));
    }
    let environment = context.environment();
    answer.nest("sendEmailResponse", |answer| {
        for message in messages {
            let sent =
                read(message).and_then(|email| send(context.org, &environment, &context.runner, &email));
            let target = message.text_of("targetObjectId").map(str::trim).filter(|id| !id.is_empty());
            answer.nest("result", |answer| {
                if let Err(fault) = &sent {
                    answer.nest("errors", |answer| {
                        fault.fields.iter().for_each(|field| answer.text("fields", field));
                        answer.text("message", &fault.message);
                        answer.text("statusCode", Codes::Status.seen_by(fault.code, call.version).as_str());
                        answer.nillable("targetObjectId", target);
                    });
                }
                answer.flag("success", sent.is_ok());
            });
        }
    });
    Ok(())
}

fn read(message: &Element) -> Result<OutboundEmail, Fault> {
    let text = |name| message.text_of(name).filter(|text| !text.trim().is_empty()).map(str::to_owned);
    if message.local_type() == Some("MassEmailMessage") || text("templateId").is_some() {
        return Err(no_templates());
    }
    let list = |name: &'static str| {
        let all = message.all(name).map(|address| address.text.trim().to_owned());
        all.filter(|address| !address.is_empty()).collect()
    };
    Ok(OutboundEmail {
        to: list("toAddresses"),
        cc: list("ccAddresses"),
        bcc: list("bccAddresses"),
        target: text("targetObjectId").map(|id| id.trim().to_owned()),
        subject: text("subject"),
        text: text("plainTextBody"),
        html: text("htmlBody"),
    })
}

faults! {
    /// `sendEmail()` is to send what a template makes, and there are no email templates
    no_templates() = INVALID_ID_FIELD on ["templateId"],
        "The org has no email templates: send a SingleEmailMessage with a body of its own", Assumed;
}
