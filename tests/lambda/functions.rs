//! The functions, and the environment in which each runs.

/// A secret for ids and a key for sessions.
pub(crate) const SECRET: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

pub(crate) const BINARIES: [(&str, &str); 7] = [
    ("intake-web", env!("CARGO_BIN_EXE_intake-web")),
    ("intake-email", env!("CARGO_BIN_EXE_intake-email")),
    ("dispatch", env!("CARGO_BIN_EXE_dispatch")),
    ("deadline", env!("CARGO_BIN_EXE_deadline")),
    ("staff", env!("CARGO_BIN_EXE_staff")),
    ("reconcile", env!("CARGO_BIN_EXE_reconcile")),
    ("report", env!("CARGO_BIN_EXE_report")),
];

/// Returns the variables that the functions need, with AWS at this address.
pub(crate) fn environment(aws: &str) -> Vec<(&'static str, &str)> {
    vec![
        ("AWS_ENDPOINT_URL", aws),
        ("KEPT_TABLE", "kept"),
        ("KEPT_ORGANISATION", "westkent"),
        ("KEPT_SECRET", SECRET),
        ("KEPT_BASE_URL", "https://kept.example/"),
        ("KEPT_PUBLIC_URL", "https://staff.kept.example/"),
        // Used only when somebody signs in.
        ("KEPT_OIDC_ISSUER", "http://127.0.0.1:9"),
        ("KEPT_OIDC_CLIENT_ID", "kept"),
        ("KEPT_OIDC_CLIENT_SECRET", "secret"),
        ("KEPT_SESSION_KEY", SECRET),
        ("KEPT_INBOX", "inbox"),
        ("KEPT_REPORTS", "reports"),
        ("KEPT_BUS", "kept"),
        ("KEPT_SCHEDULE_GROUP", "kept"),
        ("KEPT_DEADLINE_ARN", "arn:aws:lambda:eu-west-2:123456789012:function:deadline"),
        ("KEPT_WAKER_ROLE_ARN", "arn:aws:iam::123456789012:role/waker"),
        ("KEPT_DEAD_LETTERS_ARN", "arn:aws:sqs:eu-west-2:123456789012:dead-letters"),
    ]
}
