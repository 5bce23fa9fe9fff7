//! Messages as they came, in Amazon S3.

use std::io;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use super::{Aws, Fault, config, fault};
use crate::archive::{Archive, name_of};
use crate::errors::describe_error;

/// A bucket into which SES puts what comes, and where it stays.
#[derive(Clone, Debug)]
pub struct Bucket {
    client: aws_sdk_s3::Client,
    bucket: String,
    /// Under which name a message that is being taken in is in the bucket already.
    held: Option<String>,
}

impl Bucket {
    /// A bucket.
    #[must_use]
    pub fn new(aws: &Aws, bucket: String) -> Self {
        // An emulated cloud has one host for all buckets; AWS takes this form as well.
        let config = config!(aws, aws_sdk_s3).force_path_style(aws.endpoint.is_some()).build();
        Self { client: aws_sdk_s3::Client::from_conf(config), bucket, held: None }
    }

    /// The bucket while the message that it holds under `name` is taken in: that one is archived.
    #[must_use]
    pub fn holding(&self, name: &str) -> Self {
        Self { held: Some(name.to_owned()), ..self.clone() }
    }
}

impl Bucket {
    /// Puts an object.
    ///
    /// # Errors
    /// When it cannot be put.
    pub async fn put(&self, name: &str, required_wording: Vec<u8>) -> io::Result<()> {
        let body = aws_sdk_s3::primitives::ByteStream::from(required_wording);
        let put = self.client.put_object().bucket(&self.bucket).key(name).body(body).send().await;
        put.map(|_| ()).map_err(|error| failed(&error))
    }
}

/// [`io::ErrorKind::TimedOut`] where it may work later, whatever kept it from working;
/// [`io::ErrorKind::PermissionDenied`] where it will not.
fn failed<E>(error: &SdkError<E>) -> io::Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let kind = match fault(error) {
        Fault::Busy | Fault::Unknown => io::ErrorKind::TimedOut,
        Fault::Refused => io::ErrorKind::PermissionDenied,
    };
    io::Error::new(kind, describe_error(error))
}

impl Archive for Bucket {
    async fn keep(&self, raw: &[u8]) -> io::Result<String> {
        if let Some(name) = &self.held {
            return Ok(name.clone());
        }
        let name = name_of(raw);
        self.put(&name, raw.to_vec()).await?;
        Ok(name)
    }

    async fn find(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let got = self.client.get_object().bucket(&self.bucket).key(name).send().await;
        let got = match got {
            Ok(got) => got,
            Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
            Err(error) => return Err(failed(&error)),
        };
        let body = got.body.collect().await.map_err(io::Error::other)?;
        Ok(Some(body.into_bytes().to_vec()))
    }
}
