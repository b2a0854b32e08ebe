//! What is written to people. Mail is a convenience: the link is in the answer, too, and a mail server that is away
//! keeps nobody from inviting.

use crate::app::App;

/// Sends a link. Answers whether the mail server took it; false where there is none, or no address.
pub async fn send(app: &App, to: Option<&str>, subject: &str, text: String) -> bool {
    let (Some(mailer), Some(to)) = (&app.config.sign_in.mailer, to) else { return false };
    match mailer.send(to, subject, text).await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "could not send mail");
            false
        }
    }
}

/// An invitation.
pub fn invitation(org: &str, by: &str, link: &str, days: i64) -> String {
    format!(
        "{by} invites you to {org} on Ambit.\n\nOpen this link and choose a password:\n\n{link}\n\n\
         The link works once, and for {days} days. If you did not expect it, do nothing.\n"
    )
}

/// A link for a new password.
pub fn password_reset(org: &str, by: &str, link: &str, hours: i64) -> String {
    format!(
        "{by} gives you a link with which you can choose a new password for {org} on Ambit:\n\n{link}\n\n\
         The link works once, and for {hours} hours. Your old password works until then.\n"
    )
}
