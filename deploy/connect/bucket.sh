#!/bin/sh
# Creates the bucket of the archive once the S3 server answers.
set -eu
until mc alias set s3 http://s3:9000 weir weir-secret > /dev/null 2>&1; do sleep 1; done
mc mb --ignore-existing s3/weir-archive
