//! The pages of the identity provider.

use fauxforce::assertion::issue::Defect;
use fauxforce::xml::escaped;

use super::provider::Audience;

/// What the login form is filled with.
#[derive(Debug, Default, Clone)]
pub struct LoginForm {
    pub acs: String,
    pub audience: String,
    pub in_response_to: String,
    pub relay_state: String,
    pub name_id: String,
    /// `Name=Value`, one a line.
    pub attributes: String,
    /// Which of the two identities speaks.
    pub to: Option<Audience>,
    /// The name of a [`Defect`]; empty for none.
    pub broken: String,
    /// What was wrong with the last attempt.
    pub problem: String,
}

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>fauxforce identity provider</title>\n\
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}\
label{display:block;margin:.8rem 0 .2rem}input,textarea,select{font:inherit;width:100%;box-sizing:border-box}\
textarea{font-family:monospace}button{font:inherit;margin-top:1rem;padding:.4rem 1.2rem}\
nav a{margin-right:1rem}nav a[aria-current]{font-weight:bold}.problem{color:#b00020}</style></head><body>\n<h1>fauxforce identity provider</h1>\n";

/// The login form, with links to those of others.
pub fn login(form: &LoginForm, known: &[Audience]) -> String {
    let to = form.to.unwrap_or(Audience::Internal).name();
    let link = |name: &str| {
        let current = if name == to { " aria-current=\"page\"" } else { "" };
        format!("<a href=\"/?to={name}\"{current}>{name}</a>")
    };
    let links: String = known.iter().map(|to| link(to.name())).collect();
    let way = |name: &str| {
        let chosen = if name == form.broken { " selected" } else { "" };
        format!("<option{chosen}>{name}</option>")
    };
    let ways: String = Defect::ALL.iter().map(|(name, _)| way(name)).collect();
    let problem = match form.problem.as_str() {
        "" => String::new(),
        problem => format!("<p class=\"problem\" role=\"alert\">{}</p>\n", escaped(problem)),
    };
    format!(
        "{HEAD}<nav aria-label=\"Whose login\">{links}</nav>\n{problem}\
         <form method=\"post\" action=\"/login\">\n\
         <input type=\"hidden\" name=\"to\" value=\"{to}\">\n\
         <input type=\"hidden\" name=\"in_response_to\" value=\"{}\">\n\
         <label for=\"name_id\">Subject (Federation ID)</label><input id=\"name_id\" name=\"name_id\" value=\"{}\" autofocus>\n\
         <label for=\"attributes\">Attributes, Name=Value, one a line</label>\
         <textarea id=\"attributes\" name=\"attributes\" rows=\"12\">{}</textarea>\n\
         <label for=\"acs\">Assertion consumer URL</label><input id=\"acs\" name=\"acs\" value=\"{}\">\n\
         <label for=\"audience\">Audience</label><input id=\"audience\" name=\"audience\" value=\"{}\">\n\
         <label for=\"relay_state\">RelayState</label><input id=\"relay_state\" name=\"RelayState\" value=\"{}\">\n\
         <label for=\"break\">Make it wrong</label><select id=\"break\" name=\"break\"><option value=\"\">not at all</option>{ways}</select>\n\
         <button>Log in</button>\n</form>\n</body></html>\n",
        escaped(&form.in_response_to),
        escaped(&form.name_id),
        escaped(&form.attributes),
        escaped(&form.acs),
        escaped(&form.audience),
        escaped(&form.relay_state),
    )
}

/// A page that posts itself, as the HTTP-POST binding has it (SAML bindings 3.5.4).
pub fn post(acs: &str, response: &str, relay_state: &str) -> String {
    let relay_state = match relay_state {
        "" => String::new(),
        text => format!("<input type=\"hidden\" name=\"RelayState\" value=\"{}\">\n", escaped(text)),
    };
    format!(
        "{HEAD}<form method=\"post\" action=\"{}\">\n<input type=\"hidden\" name=\"SAMLResponse\" value=\"{response}\">\n\
         {relay_state}<button>Continue</button>\n</form>\n<script>document.forms[0].submit()</script>\n</body></html>\n",
        escaped(acs)
    )
}

/// A subject to log in as.
pub fn subject(to: Audience) -> &'static str {
    match to {
        Audience::Internal => "ada",
        Audience::Customers => "grace",
        Audience::Partners => "alan",
    }
}

/// A page that says what is wrong with what the browser was sent here with.
pub fn refusal(why: &str) -> String {
    format!(
        "{HEAD}<p class=\"problem\" role=\"alert\">{}</p>\n<p><a href=\"/\">Log in from here</a></p>\n</body></html>\n",
        escaped(why)
    )
}

/// What people usually say about such a user. The owner of a new account is the one of `seed/default` who has a role.
pub fn example(to: Audience) -> &'static str {
    match to {
        Audience::Internal => {
            "User.Username=ada.lovelace@fauxforce.test\nUser.Email=ada.lovelace@example.com\nUser.FirstName=Ada\n\
             User.LastName=Lovelace\nUser.ProfileId=Standard User"
        }
        Audience::Customers => {
            "User.Username=grace.hopper@fauxforce.test\nUser.Email=grace.hopper@example.com\nUser.FirstName=Grace\n\
             User.LastName=Hopper\nUser.ProfileId=Acme Customer Community User\nContact.Email=grace.hopper@example.com\n\
             Contact.LastName=Hopper\nAccount.Name=Hopper Ltd\nAccount.AccountNumber=H-1\n\
             Account.Owner=005Ff0000000009IAA"
        }
        Audience::Partners => {
            "User.Username=alan.turing@fauxforce.test\nUser.Email=alan.turing@example.com\nUser.FirstName=Alan\n\
             User.LastName=Turing\nUser.ProfileId=Acme Partner Community User\nUser.PortalRole=Worker\n\
             Contact.Email=alan.turing@example.com\nContact.LastName=Turing\nAccount.Name=Turing Ltd\n\
             Account.AccountNumber=T-1\n\
             Account.Owner=005Ff0000000009IAA"
        }
    }
}
