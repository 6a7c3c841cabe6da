//! `getUserInfo()`, and the same as a part of what `login()` answers.
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_getuserinfo_getuserinforesult.htm>

use super::call::Call;
use super::fault::SoapFault;
use super::writer::Writer;
use crate::model::fault::Fault;
use crate::model::id::Id;
use crate::org::Org;
use crate::world::{ApiVersion, RequestContext};

/// The versions whose WSDL first has an element; strict clients refuse one that theirs does not have.
const CHATTER_EXTERNAL: ApiVersion = ApiVersion::new(41);
const CURRENCY_LOCALE: ApiVersion = ApiVersion::new(38);

pub fn run(call: &Call, context: &RequestContext, answer: &mut Writer) -> Result<(), SoapFault> {
    answer.try_nest("getUserInfoResponse", |answer| {
        answer.try_nest("result", |answer| write(context.org, context.session.user, call.version, answer))
    })?;
    Ok(())
}

/// Writes the elements in the order of the WSDL.
pub fn write(org: &Org, user_id: Id, version: ApiVersion, answer: &mut Writer) -> Result<(), Fault> {
    let user = org.find(&org.standard("User")?, user_id)?.ok_or_else(Fault::invalid_cross_reference)?;
    let organization = org.find(&org.standard("Organization")?, org.id)?;
    let of_org = |field| organization.as_ref().and_then(|record| record.text(field));
    let of_user = |field| user.text(field).unwrap_or_default();
    let many_currencies = org.schema.has_feature("MultiCurrency");
    answer.flag("accessibilityMode", false);
    if version >= CHATTER_EXTERNAL {
        answer.flag("chatterExternal", of_user("UserType") == "CsnOnly");
    }
    answer.nillable("currencySymbol", (!many_currencies).then_some("$"));
    answer.text("orgAttachmentFileSizeLimit", "5242880");
    answer.nillable("orgDefaultCurrencyIsoCode", (!many_currencies).then_some("USD"));
    if version >= CURRENCY_LOCALE {
        answer.nillable("orgDefaultCurrencyLocale", Some(of_org("DefaultLocaleSidKey").unwrap_or("en_US")));
    }
    answer.flag("orgDisallowHtmlAttachments", false);
    answer.flag("orgHasPersonAccounts", org.schema.has_feature("PersonAccounts"));
    answer.text("organizationId", org.id.as_str());
    answer.flag("organizationMultiCurrency", many_currencies);
    answer.text("organizationName", of_org("Name").unwrap_or_default());
    answer.text("profileId", of_user("ProfileId"));
    answer.nillable("roleId", user.text("UserRoleId"));
    answer.text("sessionSecondsValid", org.settings.session_timeout.to_string());
    answer.nillable(
        "userDefaultCurrencyIsoCode",
        user.text("DefaultCurrencyIsoCode").filter(|_| many_currencies),
    );
    answer.text("userEmail", of_user("Email"));
    answer.text("userFullName", of_user("Name"));
    answer.text("userId", user_id.as_str());
    answer.text("userLanguage", of_user("LanguageLocaleKey"));
    answer.text("userLocale", of_user("LocaleSidKey"));
    answer.text("userName", of_user("Username"));
    answer.text("userTimeZone", of_user("TimeZoneSidKey"));
    answer.text("userType", of_user("UserType"));
    answer.text("userUiSkin", "Theme3");
    Ok(())
}
