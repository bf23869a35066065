import { policyLine, type S3Scope } from './s3-policy';

const connection = { region: 'eu-central-1' };

describe('the statement that gives a right', () => {
  it.each<[S3Scope, object]>([
    [
      { right: 's3:ListAllMyBuckets', connection },
      { Action: 's3:ListAllMyBuckets', Resource: '*' },
    ],
    [
      { right: 's3:ListBucket', connection, bucket: 'lake' },
      { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::lake' },
    ],
    [
      { right: 's3:ListBucket', connection, bucket: 'lake', prefix: 'a/' },
      { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::lake', Condition: { StringLike: { 's3:prefix': ['a/*'] } } },
    ],
    [
      { right: 's3:GetObject', connection, bucket: 'lake', prefix: 'a/' },
      { Action: 's3:GetObject', Resource: 'arn:aws:s3:::lake/a/*' },
    ],
    [
      { right: 's3:PutObject', connection: { region: 'cn-north-1' }, bucket: 'lake' },
      { Action: 's3:PutObject', Resource: 'arn:aws-cn:s3:::lake/*' },
    ],
    [
      { right: 's3:GetObject', connection: { region: 'us-gov-west-1' }, bucket: 'lake', key: 'what?*.csv' },
      { Action: 's3:GetObject', Resource: 'arn:aws-us-gov:s3:::lake/what${?}${*}.csv' },
    ],
  ])('names no more than %j', (scope, statement) => {
    expect(JSON.parse(policyLine(scope))).toEqual({ Effect: 'Allow', ...statement });
  });
});
