//! Errors name the place, say what to do, and whether another try may help.

use ndarray::Array2;
use ndstencil::IoError;
use ndstencil::prelude::*;
use stencil_io::Zarr;

use crate::server::{Server, free_port};
use crate::{cells, with_server};

const PATH: &str = "s3://tests/errors/x.zarr";

fn refused(path: &str) -> IoError {
    Zarr::open(path).unwrap_err()
}

#[test]
fn what_is_not_there() {
    with_server("errors::what_is_not_there", &[], |proxy| {
        let error = refused("s3://tests/errors/no.zarr");
        let expected = "s3://tests/errors/no.zarr: there is no Zarr array: neither zarr.json nor .zarray";
        assert_eq!((error.to_string().as_str(), error.is_transient()), (expected, false));

        let error = refused("s3://no-such-bucket/x.zarr");
        let expected = format!("s3://no-such-bucket/x.zarr/zarr.json: there is no such bucket at {}", proxy.url());
        assert!(error.to_string().starts_with(&expected) && !error.is_transient(), "{error}");
        let x = cells((20, 20), |n| n as f32);
        let error = Job::copy(&x, Zarr::create("s3://no-such-bucket/x.zarr")).run().unwrap_err().to_string();
        assert!(error.starts_with("s3://no-such-bucket/x.zarr: there is no such bucket at "), "{error}");

        // A bucket that is gone is no array of fill values.
        Job::copy(&x, Zarr::create(PATH).chunks([10, 10])).run().unwrap();
        let source = Zarr::open(PATH).unwrap();
        let empty = Server::start(0, &[], &[]).unwrap();
        proxy.pass(empty.port);
        let mut y = Array2::<f32>::zeros((20, 20));
        let error = Job::copy(source, &mut y).run().unwrap_err().to_string();
        assert!(error.contains("s3://tests/errors/x.zarr/c/0/0") && error.contains("no such bucket"), "{error}");
    });
}

#[test]
fn what_is_no_address() {
    with_server("errors::what_is_no_address", &[], |_| {
        for path in ["s3://", "s3:///x.zarr", "s3://b@tests/x.zarr"] {
            assert!(refused(path).to_string().ends_with(": an address is `s3://bucket/key`"), "{path}");
        }
        assert!(refused("s3://tests/a//b").to_string().contains("it cannot be the name of an object"));
        assert!(refused("s3://tests/../b").to_string().contains("it cannot be the name of an object"));
        let error = refused("gs://tests/x.zarr").to_string();
        assert_eq!(error, "gs://tests/x.zarr: arrays are in folders and on S3, at `s3://bucket/key`, alone");
    });
}

#[test]
fn what_is_denied() {
    with_server("errors::what_is_denied", &[], |proxy| {
        // The bucket is made without a key; then one is needed.
        let strict = Server::start(0, &["tests"], &[("INITIAL_NO_AUTH_ACTION_COUNT", "1")]).unwrap();
        proxy.pass(strict.port);
        let error = refused(PATH);
        let expected = format!("{PATH}/zarr.json: access is denied by {} (status 403: InvalidAccessKeyId", proxy.url());
        assert!(error.to_string().starts_with(&expected) && !error.is_transient(), "{error}");
        let x = Array2::<f32>::ones((4, 4));
        let error = Job::copy(&x, Zarr::create(PATH)).run().unwrap_err().to_string();
        assert!(error.starts_with(PATH) && error.contains("access is denied"), "{error}");
    });
}

#[test]
fn what_servers_answer() {
    with_server("errors::what_servers_answer", &[], |proxy| {
        let x = cells((20, 20), |n| n as f32);
        Job::copy(&x, Zarr::create(PATH).chunks([10, 10]).uncompressed()).restart(true).run().unwrap();
        let target = proxy.target();
        let error = |head: &str, body: &str| {
            proxy.answer(&format!("{head}\r\nContent-Length: {}", body.len()), body);
            let error = refused(PATH);
            assert_eq!(error.place(), format!("{PATH}/zarr.json"));
            (error.to_string(), error.is_transient())
        };
        let xml =
            |code: &str| format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>Why.</Message></Error>");
        for (status, code, transient) in [
            ("503 Slow Down", "SlowDown", true),
            ("500 Internal Server Error", "InternalError", true),
            ("429 Too Many Requests", "TooManyRequests", true),
            ("400 Bad Request", "RequestTimeout", true),
            ("400 Bad Request", "InvalidRequest", false),
            ("416 Requested Range Not Satisfiable", "InvalidRange", false),
        ] {
            let (text, found) = error(status, &xml(code));
            let expected = format!("{} answers status {}: {code}: Why.", proxy.url(), &status[..3]);
            assert!(text.ends_with(&expected) && found == transient, "{status} {code}: {text} {found}");
        }
        // A page of some other server: no array of fill values.
        let (text, transient) = error("404 Not Found", "<html>no such page</html>");
        assert!(text.contains("it is not found at http") && !transient, "{text}");
        let (text, transient) = error("301 Moved Permanently", &xml("PermanentRedirect"));
        assert!(text.contains("its bucket is in another region: set AWS_REGION") && !transient, "{text}");
        // Answers that are not whole, or cannot be.
        let date = "Last-Modified: Tue, 01 Jan 2030 00:00:00 GMT";
        let answered = |len: u64, body: &str| {
            proxy.answer(&format!("200 OK\r\n{date}\r\nContent-Length: {len}"), body);
            let error = refused(PATH);
            (error.to_string(), error.is_transient())
        };
        let (text, transient) = answered(100, "{\"zarr_format\"");
        assert!(text.contains("the connection to http") && transient, "{text}");
        let (text, transient) = answered(1 << 60, "{");
        assert!(text.contains("it has 1152921504606846976 bytes, more than the ") && !transient, "{text}");
        let (text, _) = answered(2, "{}");
        assert!(text.starts_with(&format!("{PATH}/zarr.json: ")), "{text}");
        // A chunk of another size.
        proxy.pass(target);
        let source = Zarr::open(PATH).unwrap();
        for len in [399, 401, 1 << 40] {
            proxy.answer(&format!("200 OK\r\n{date}\r\nContent-Length: {len}"), &"x".repeat(len.min(401)));
            let mut y = Array2::<f32>::zeros((20, 20));
            let error = Job::copy(&source, &mut y).retries(0).run().unwrap_err().to_string();
            assert!(error.contains(&format!("{PATH}/c/0/0 [0..10, 0..10]: it has {len} bytes")), "{error}");
        }
    });
}

/// A client that cannot even ask says what to set.
#[test]
fn what_is_not_set() {
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let settings =
        [("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", ""), ("AWS_METADATA_ENDPOINT", nobody.as_str())];
    with_server("errors::what_is_not_set", &settings, |_| {
        let error = refused(PATH).to_string();
        assert!(
            error.contains("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SKIP_SIGNATURE=true"),
            "{error}"
        );
    });
}

#[test]
fn what_all_may_read() {
    let settings = [("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", ""), ("AWS_SKIP_SIGNATURE", "true")];
    with_server("errors::what_all_may_read", &settings, |_| {
        assert!(refused("s3://tests/errors/no.zarr").to_string().contains("there is no Zarr array"));
    });
}

#[test]
fn what_is_not_encrypted() {
    with_server("errors::what_is_not_encrypted", &[("AWS_ALLOW_HTTP", "")], |_| {
        let error = refused(PATH);
        assert!(error.to_string().ends_with("AWS_ALLOW_HTTP=true allows it") && !error.is_transient(), "{error}");
    });
}

/// Settings of a client stay out of what is printed.
#[test]
fn secrets_are_not_shown() {
    with_server("errors::secrets_are_not_shown", &[("AWS_SECRET_ACCESS_KEY", "very-secret")], |_| {
        Job::copy(&Array2::<f32>::ones((4, 4)), Zarr::create("s3://tests/errors/s.zarr")).run().unwrap();
        let shown = format!("{:?}", Zarr::open("s3://tests/errors/s.zarr").unwrap());
        assert!(shown.contains("s3://tests/errors/s.zarr") && !shown.contains("very-secret"), "{shown}");
    });
}
