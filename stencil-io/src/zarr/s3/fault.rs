//! The errors of requests, told by their cause, and by the chance that another try has.

use std::error::Error as _;

use object_store::Error;
use object_store::client::{HttpError, HttpErrorKind};
use stencil_runtime::IoError;

/// A request that failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// By the client's error.
    Client(Error),
    /// For want of credentials.
    Unsigned(Box<Fault>),
    /// No answer came in time.
    Late,
    /// The answer ended before its end.
    Lost(String),
    /// Another try does not help.
    Wrong(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::Client(error)
    }
}

/// An answer that is an error.
#[derive(Debug, Default, PartialEq, Eq)]
struct Refusal {
    status: u16,
    /// A word like `NoSuchKey`, and a sentence.
    code: String,
    message: String,
}

impl Fault {
    /// The error of a request for credentials.
    pub(super) fn unsigned(self) -> Fault {
        Fault::Unsigned(Box::new(self))
    }

    /// True where the server says that there is no such object, and not, for example, no such bucket: a chunk that is not there
    /// is a chunk of fill values.
    pub(super) fn is_missing(&self) -> bool {
        let Fault::Client(error @ Error::NotFound { .. }) = self else { return false };
        refusal(error).is_some_and(|refusal| refusal.code == "NoSuchKey")
    }

    /// The error about an object, or the objects below a key.
    pub(super) fn at(self, place: String, server: &str) -> IoError {
        let (reason, may_pass) = self.tell(server);
        let error = IoError::new(place, reason);
        if may_pass { error.transient() } else { error }
    }

    /// The reason, and the chance that another try helps.
    fn tell(&self, server: &str) -> (String, bool) {
        let error = match self {
            Fault::Client(error) => error,
            Fault::Unsigned(fault) => {
                let (reason, may_pass) = fault.tell("the server of credentials");
                let advice = "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or \
                              AWS_SKIP_SIGNATURE=true for what all may read";
                return (format!("{advice} ({reason})"), may_pass);
            }
            Fault::Late => return (format!("{server} does not answer in time"), true),
            Fault::Lost(reason) => return (format!("the connection to {server} was lost: {reason}"), true),
            Fault::Wrong(reason) => return (reason.clone(), false),
        };
        if let Some(Refusal { status, code, message }) = refusal(error) {
            let said = [code.as_str(), &message].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
            let said = if said.is_empty() { String::new() } else { format!(": {}", said.join(": ")) };
            let what = match (status, code.as_str()) {
                (404, "NoSuchBucket") => "there is no such bucket at",
                (404, _) => "it is not found at",
                (401 | 403, _) => "access is denied by",
                (300..=399, _) => {
                    return (format!("its bucket is in another region: set AWS_REGION (status {status}{said})"), false);
                }
                _ => return (format!("{server} answers status {status}{said}"), passes(status, &code)),
            };
            return (format!("{what} {server} (status {status}{said})"), false);
        }
        let deepest = deepest(error);
        let Some(kind) = transport(error) else {
            if deepest.contains("redirect without LOCATION") {
                return ("its bucket is in another region: set AWS_REGION".to_owned(), false);
            }
            return (format!("{server}: {deepest}"), false);
        };
        match kind {
            HttpErrorKind::Connect => (format!("{server} cannot be reached: {deepest}"), true),
            HttpErrorKind::Timeout => (format!("{server} does not answer in time: {deepest}"), true),
            // An answer that is cut off cannot be decoded.
            HttpErrorKind::Request | HttpErrorKind::Interrupted | HttpErrorKind::Decode => {
                (format!("the connection to {server} was lost: {deepest}"), true)
            }
            _ if deepest.contains("scheme is not allowed") => {
                (format!("{server} is not asked without encryption: AWS_ALLOW_HTTP=true allows it"), false)
            }
            _ => (format!("{server}: {deepest}"), false),
        }
    }
}

/// Servers that are busy may answer later.
fn passes(status: u16, code: &str) -> bool {
    matches!(status, 408 | 429 | 500..) || matches!(code, "InternalError" | "SlowDown" | "RequestTimeout")
}

/// The answer that an error is made of.
fn refusal(error: &Error) -> Option<Refusal> {
    // The client keeps status and answer for itself, but tells them.
    let text = error.to_string();
    let (_, told) = text.split_once("Server returned ")?;
    let between = |start: &str, end: &str| {
        let rest = told.split_once(start)?.1;
        Some(rest.split_once(end)?.0.trim().to_owned())
    };
    let status = match told.strip_prefix("non-2xx status code: ") {
        Some(status) => status.get(..3)?.parse().ok()?,
        None if told.starts_with("error response: ") => 200,
        None => return None,
    };
    let code = between("<Code>", "</Code>").unwrap_or_default();
    Some(Refusal { status, code, message: between("<Message>", "</Message>").unwrap_or_default() })
}

/// The kind of a failure without an answer.
fn transport(error: &Error) -> Option<HttpErrorKind> {
    let mut below = Some(error as &(dyn std::error::Error + 'static));
    while let Some(error) = below {
        if let Some(error) = error.downcast_ref::<HttpError>() {
            return Some(error.kind());
        }
        below = error.source();
    }
    None
}

/// The error below all others.
fn deepest(error: &Error) -> String {
    let mut deepest = error.to_string();
    let mut below = error.source();
    while let Some(error) = below {
        deepest = error.to_string();
        below = error.source();
    }
    deepest
}
