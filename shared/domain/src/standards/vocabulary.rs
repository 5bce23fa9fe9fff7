//! The words that standards and contacts share: channels, categories, priorities, milestones.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use super::OwnWord;

/// A word that has no meaning where it is written.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{word}` is not a {kind}. {instead}")]
pub struct UnknownWord {
    /// The kind of word that belongs there: "channel".
    pub kind: &'static str,
    /// The word that was written.
    pub word: String,
    /// The advice on the word to write: "Choose from: email, letter".
    pub instead: String,
}

/// Defines an enumeration whose variants each have one name, in files, on the command line and in storage.
macro_rules! words {
    ($(#[$meta:meta])* $kind:ident, $label:literal { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $kind { $($(#[$doc])* #[serde(rename = $word)] $variant,)+ }

        impl $kind {
            /// All of them, in the order in which people expect them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the name used in files and on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $kind {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|known| known.as_str()).collect();
                    UnknownWord {
                        kind: $label,
                        word: word.to_owned(),
                        instead: format!("Choose from: {}", known.join(", ")),
                    }
                })
            }
        }
    };
}

/// Defines an enumeration as [`words`] does, to which an organisation or a pack can add words of its own.
macro_rules! open_words {
    ($(#[$meta:meta])* $kind:ident, $label:literal {
        $($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $kind {
            $($(#[doc = $doc])+ $variant,)+
            /// One that an organisation or a pack names.
            Own(OwnWord),
        }

        impl $kind {
            /// Those that Kept knows, in the order in which people expect them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the name used in files and on the command line.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $word,)+ Self::Own(word) => word.as_str() }
            }
        }

        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $kind {
            type Err = UnknownWord;

            /// Reads a name. One that Kept does not know is taken for a word of the organisation's own.
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    own => OwnWord::new(own).map(Self::Own).ok_or_else(|| UnknownWord {
                        kind: $label,
                        word: word.to_owned(),
                        instead: format!(
                            "Write lower-case words joined by hyphens, {} characters at most",
                            OwnWord::MAX
                        ),
                    }),
                }
            }
        }

        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $kind {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($kind).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let known = [$(($word, concat!($($doc),+))),+];
                let mut any: Vec<serde_json::Value> = known
                    .iter()
                    .map(|(word, doc)| serde_json::json!({ "const": word, "description": doc.trim() }))
                    .collect();
                any.push(serde_json::json!({
                    "type": "string",
                    "pattern": "^[a-z0-9-]{1,30}$",
                    "description": "One that the organisation or a pack names."
                }));
                schemars::json_schema!({ "anyOf": any })
            }
        }
    };
}

open_words! {
    /// The way in which a contact reached the provider.
    Channel, "channel" {
        /// An email.
        Email = "email",
        /// The form on the provider's website.
        WebForm = "web-form",
        /// The residents' portal, behind a sign-in.
        Portal = "portal",
        /// A message on a social network.
        SocialMedia = "social-media",
        /// A telephone call that somebody answered.
        Phone = "phone",
        /// A message left on an answering machine.
        Answerphone = "answerphone",
        /// A letter.
        Letter = "letter",
        /// A fax.
        Fax = "fax",
        /// A visit to one of the provider's offices.
        OfficeVisit = "office-visit",
        /// A visit by the provider to a home.
        HomeVisit = "home-visit",
        /// A report from the contractor who answers calls out of hours.
        Contractor = "contractor",
    }
}

words! {
    /// The urgency of a contact. Staff set it; until then it is normal.
    Priority, "priority" {
        /// The default.
        Normal = "normal",
        /// More urgent than others.
        Urgent = "urgent",
        /// Danger to people or to the building.
        Emergency = "emergency",
    }
}

open_words! {
    /// Something that happens to a contact and can start or keep a standard.
    Milestone, "milestone" {
        /// The contact reached the provider, by any channel.
        Received = "received",
        /// Receipt was confirmed, automatically or by a person.
        Acknowledged = "acknowledged",
        /// A complaint was acknowledged, with the provider's understanding of it and the outcome sought.
        ComplaintDefined = "complaint-defined",
        /// The customer's question was answered.
        Responded = "responded",
        /// A person wrote to the customer: an email or letter, not an automatic reply.
        WrittenTo = "written-to",
        /// A person spoke to the customer. A voicemail does not count.
        SpokenTo = "spoken-to",
        /// The customer was told that the matter is still being looked into.
        Updated = "updated",
        /// The customer was told, with a new date, that the answer will take longer.
        DelayNoticeSent = "delay-notice-sent",
        /// The contact was handed over to another team.
        HandedOver = "handed-over",
        /// The customer was told in writing about a later date, the reasons, and who can help.
        ExtensionNotified = "extension-notified",
        /// The customer asked for the next stage of the complaints procedure.
        Escalated = "escalated",
        /// The customer was told how the complaint will be resolved.
        ResolutionPlanSent = "resolution-plan-sent",
        /// The reply to a complaint reached the customer.
        ReplyDelivered = "reply-delivered",
        /// The meeting that considers a complaint took place.
        MeetingHeld = "meeting-held",
        /// The outcome was sent.
        OutcomeSent = "outcome-sent",
        /// The complaint was upheld, and it was decided how to put it right.
        ComplaintUpheld = "complaint-upheld",
        /// The actions that were decided were completed.
        ActionsCompleted = "actions-completed",
        /// A service was delivered to the customer.
        ServiceDelivered = "service-delivered",
        /// The contact was closed.
        Closed = "closed",
        /// An appointment was made, for the time it carries.
        AppointmentMade = "appointment-made",
        /// An appointment has to be moved or cancelled.
        AppointmentChanged = "appointment-changed",
        /// We did not keep an appointment and had not told the customer before.
        AppointmentMissed = "appointment-missed",
        /// The customer did not come to an appointment, came late, or was not at home.
        DidNotCome = "did-not-come",
        /// The visitor arrived, at the office or at the home.
        Arrived = "arrived",
        /// Nobody was available to see the visitor.
        NoStaffAvailable = "no-staff-available",
        /// The visitor was seen.
        Seen = "seen",
        /// The customer was told of a change to an appointment.
        AppointmentChangeNotified = "appointment-change-notified",
        /// A message was taken for somebody who was not available, and a call back was promised.
        MessageTaken = "message-taken",
        /// A call back was promised for the time it carries.
        CallBackAgreed = "call-back-agreed",
        /// The call was transferred to somebody else.
        CallTransferred = "call-transferred",
        /// The owner of the contact is away for more than a day.
        AbsenceStarted = "absence-started",
        /// The call was answered.
        CallAnswered = "call-answered",
        /// The requester's identity was confirmed.
        IdentityConfirmed = "identity-confirmed",
        /// The requester was asked for proof of identity.
        IdentityRequested = "identity-requested",
        /// The requester was asked for a fee.
        FeeRequested = "fee-requested",
        /// The fee was paid.
        FeePaid = "fee-paid",
        /// The requester was asked to clarify, because the request cannot be dealt with without it.
        ClarificationRequested = "clarification-requested",
        /// The clarification arrived.
        ClarificationReceived = "clarification-received",
        /// The customer asked for a renewed investigation in person.
        RenewedInvestigationRequested = "renewed-investigation-requested",
        /// The investigation concluded.
        InvestigationConcluded = "investigation-concluded",
        /// The written summary of the investigation was sent.
        SummarySent = "summary-sent",
        /// The investigation found work that is needed to make the home safe.
        SafetyWorkIdentified = "safety-work-identified",
        /// The investigation concluded that there is no significant or emergency hazard.
        NoHazardFound = "no-hazard-found",
        /// A further investigation found that the hazard has gone.
        HazardGone = "hazard-gone",
        /// A further investigation found that the works are not required.
        WorksNotRequired = "works-not-required",
        /// Suitable alternative accommodation was offered. Until it is provided, that is an attempt.
        AlternativeAccommodationOffered = "alternative-accommodation-offered",
        /// Suitable alternative accommodation was provided to the household.
        AlternativeAccommodationProvided = "alternative-accommodation-provided",
        /// The household refused suitable alternative accommodation.
        AlternativeAccommodationRefused = "alternative-accommodation-refused",
        /// The home was made safe.
        MadeSafe = "made-safe",
        /// Steps were taken to begin preventative works, such as an order to a contractor. Nobody has
        /// begun them at the home yet.
        WorksStarted = "works-started",
        /// Preventative works physically began at the home.
        WorksOnSite = "works-on-site",
        /// Nobody let the provider in. That is an attempt; the duty stays.
        NoAccess = "no-access",
        /// Everything that could reasonably be done was done, and did not suffice. That is a defence; the
        /// duty stays.
        AllReasonableSteps = "all-reasonable-steps",
        /// A third party whose consent is needed would not give it, after all reasonable steps.
        ThirdPartyConsentRefused = "third-party-consent-refused",
        /// The law does not cover the case, such as that of a leaseholder or of the tenant's own breach.
        OutOfScope = "out-of-scope",
        /// The customer withdrew the request or the complaint.
        Withdrawn = "withdrawn",
        /// The customer was referred to somebody outside the provider, and was told so.
        ReferredOn = "referred-on",
    }
}

impl Milestone {
    /// Returns true if the milestone carries an agreed time, which may be in the future. Those that an
    /// organisation or a pack names do if their id ends in `-agreed`.
    #[must_use]
    pub fn is_agreed_time(self) -> bool {
        match self {
            Self::AppointmentMade | Self::CallBackAgreed => true,
            Self::Own(word) => word.as_str().ends_with("-agreed"),
            _ => false,
        }
    }

    /// Returns true if the milestone opens the matter again, so that what ended before can start again.
    #[must_use]
    pub const fn opens_again(self) -> bool {
        matches!(
            self,
            Self::Received
                | Self::Escalated
                | Self::RenewedInvestigationRequested
                | Self::SafetyWorkIdentified
        )
    }

    /// Returns the milestone that happens with this one.
    #[must_use]
    pub const fn implies(self) -> Option<Self> {
        match self {
            Self::NoHazardFound => Some(Self::InvestigationConcluded),
            _ => None,
        }
    }

    /// Returns true if staff record the milestone by itself. The others follow from something else that
    /// happens, such as an answer.
    #[must_use]
    pub const fn is_recorded_by_staff(self) -> bool {
        !matches!(
            self,
            Self::Received
                | Self::Acknowledged
                | Self::Responded
                | Self::WrittenTo
                | Self::SpokenTo
                | Self::Updated
                | Self::DelayNoticeSent
                | Self::HandedOver
                | Self::Escalated
                | Self::ReplyDelivered
                | Self::Closed
        )
    }
}

/// The subject of a contact, such as `general` or `complaint`: lower-case words joined by hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Category(String);

impl Category {
    /// The category of a contact until staff set another.
    pub const GENERAL: &str = "general";
    /// The category of complaints, to which the Complaint Handling Code applies.
    pub const COMPLAINT: &str = "complaint";

    /// Returns the name used in files.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Category {
    fn default() -> Self {
        Self(Self::GENERAL.to_owned())
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Category {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let fits = !word.is_empty()
            && word.len() <= 60
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if fits {
            Ok(Self(word.to_owned()))
        } else {
            Err(UnknownWord {
                kind: "category",
                word: word.to_owned(),
                instead: "Write lower-case words joined by hyphens, such as damp-and-mould".into(),
            })
        }
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
crate::toml_file::text_schema!(Category, "Category", {
    "type": "string",
    "pattern": "^[a-z0-9-]{1,60}$",
    "examples": ["general", "complaint", "damp-and-mould"]
});
