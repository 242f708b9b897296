"""An S3 server in memory for the tests of the feature `s3`, and its objects as boto3 sees them.

`serve PORT BUCKET..` makes the buckets and prints the port, which may be given as 0; it ends when its input does, so that no
server outlives the tests. `get URL BUCKET PREFIX FOLDER` writes the objects that begin so below a folder, `put URL BUCKET
FOLDER` makes objects of all files below one.
"""

import os
import sys
from pathlib import Path

import boto3


def client(url):
    return boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


def serve(port, *buckets):
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=int(port), verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    for bucket in buckets:
        client(f"http://127.0.0.1:{port}").create_bucket(Bucket=bucket)
    print(port, flush=True)
    sys.stdin.read()
    os._exit(0)


def get(url, bucket, prefix, folder):
    s3 = client(url)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            path = Path(folder) / found["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, found["Key"], str(path))


def put(url, bucket, folder):
    s3 = client(url)
    for path in Path(folder).rglob("*"):
        if path.is_file():
            s3.upload_file(str(path), bucket, str(path.relative_to(folder)))


{"serve": serve, "get": get, "put": put}[sys.argv[1]](*sys.argv[2:])
