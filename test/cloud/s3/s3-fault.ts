import { Fault } from '../service.ts';

/** A refusal of S3 that tells the client something beside code and message, such as the right region. */
export class S3Fault extends Fault {
  readonly headers: Record<string, string>;
  readonly fields: Record<string, string>;

  constructor(
    code: string,
    message: string,
    status: number,
    extra: { headers?: Record<string, string>; fields?: Record<string, string> } = {},
  ) {
    super(code, message, status);
    this.headers = extra.headers ?? {};
    this.fields = extra.fields ?? {};
  }
}

export function noSuchBucket(name: string): Fault {
  return new S3Fault('NoSuchBucket', 'The specified bucket does not exist', 404, { fields: { BucketName: name } });
}

export function noSuchKey(key: string): Fault {
  return new S3Fault('NoSuchKey', 'The specified key does not exist.', 404, { fields: { Key: key } });
}

export function noSuchUpload(uploadId: string): Fault {
  const message = 'The specified upload does not exist: the ID is wrong, or the upload was aborted or completed.';
  return new S3Fault('NoSuchUpload', message, 404, { fields: { UploadId: uploadId } });
}

export function invalidArgument(name: string, message: string): Fault {
  return new S3Fault('InvalidArgument', message, 400, { fields: { ArgumentName: name } });
}

export function invalidRequest(message: string): Fault {
  return new Fault('InvalidRequest', message);
}

export function malformedXml(why: string): Fault {
  return new Fault('MalformedXML', `The XML you provided was not well-formed or did not validate: ${why}.`);
}

export function notImplemented(what: string): Fault {
  return new Fault('NotImplemented', `The local cloud's S3 does not know ${what}.`, 501);
}
