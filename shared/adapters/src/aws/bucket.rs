//! Amazon S3: incoming messages and reports.

use std::io;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;

use super::Aws;
use super::client::config;
use super::failure::Failure;
use crate::archive::{Archive, name_of};
use crate::errors::RequestFailure;

/// A bucket. As an [`Archive`] it is the one into which SES puts incoming messages.
#[derive(Clone, Debug)]
pub struct Bucket {
    client: aws_sdk_s3::Client,
    bucket: String,
    /// The name under which the bucket already holds the message that is being taken in.
    existing: Option<String>,
}

impl Bucket {
    /// The bucket of this name.
    #[must_use]
    pub fn new(aws: &Aws, bucket: String) -> Self {
        // An emulated cloud has one host for all buckets. AWS takes this form as well.
        let config = config!(aws, aws_sdk_s3).force_path_style(aws.endpoint.is_some()).build();
        Self { client: aws_sdk_s3::Client::from_conf(config), bucket, existing: None }
    }

    /// The bucket for taking in a message that it already holds under `name`. Saving that message
    /// returns the name and puts nothing.
    #[must_use]
    pub fn with_existing(&self, name: &str) -> Self {
        Self { existing: Some(name.to_owned()), ..self.clone() }
    }

    /// Puts an object.
    ///
    /// # Errors
    /// Returns an error if the object cannot be put; see [`Bucket`]'s [`Archive`] for its kinds.
    pub async fn put(&self, name: &str, content: Vec<u8>) -> io::Result<()> {
        let body = ByteStream::from(content);
        let put = self.client.put_object().bucket(&self.bucket).key(name).body(body).send().await;
        put.map(|_| ()).map_err(io_error)
    }
}

/// An error of kind [`io::ErrorKind::TimedOut`] if the same request may succeed later, whatever the
/// reason, and of kind [`io::ErrorKind::PermissionDenied`] if it will not.
fn io_error<E>(error: SdkError<E>) -> io::Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let kind = match Failure::of(&error) {
        Failure::Busy | Failure::Unconfirmed => io::ErrorKind::TimedOut,
        Failure::Refused => io::ErrorKind::PermissionDenied,
    };
    io::Error::new(kind, RequestFailure::from(error))
}

/// Errors are of kind [`io::ErrorKind::TimedOut`] if the same request may succeed later, and of kind
/// [`io::ErrorKind::PermissionDenied`] if it will not.
impl Archive for Bucket {
    async fn save(&self, raw: &[u8]) -> io::Result<String> {
        if let Some(name) = &self.existing {
            return Ok(name.clone());
        }
        let name = name_of(raw);
        self.put(&name, raw.to_vec()).await?;
        Ok(name)
    }

    async fn load(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let got = self.client.get_object().bucket(&self.bucket).key(name).send().await;
        let got = match got {
            Ok(got) => got,
            Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
            Err(error) => return Err(io_error(error)),
        };
        let body = got.body.collect().await.map_err(io::Error::other)?;
        Ok(Some(body.into_bytes().to_vec()))
    }
}
