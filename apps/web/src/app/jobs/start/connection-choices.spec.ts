import { type GrantedConnectionDto, type S3ConnectionDto } from '@lakescope/web-api';
import { choicesOf, chosenOf } from './connection-choices';

const own = (id: string, name: string): S3ConnectionDto => ({ id, name }) as S3ConnectionDto;

const granted = (id: string, name: string, fields: Partial<GrantedConnectionDto> = {}): GrantedConnectionDto => ({
  connection_id: id,
  name,
  granted_by: 'ana@example.com',
  bucket: 'claims-lake',
  prefix: 'raw/',
  granted_at: '2026-01-01T00:00:00.000Z',
  ...fields,
});

describe('the connections a job may work with', () => {
  it('are one’s own first, and then those of others, with whose they are and for where', () => {
    const choices = choicesOf([own('c1', 'Lake')], [granted('g2', 'Zoo'), granted('g1', 'Claims')]);

    expect(choices.map(({ id, grantedBy }) => [id, grantedBy])).toEqual([
      ['c1', undefined],
      ['g1', 'ana@example.com'],
      ['g2', 'ana@example.com'],
    ]);
    expect(choices[1]?.label).toBe('Claims, by ana@example.com, for s3://claims-lake/raw/');
  });

  it('cannot be one whose owner took its bucket out', () => {
    const choices = choicesOf([], [granted('g1', 'Claims', { bucket: null }), granted('g2', 'Lake')]);

    expect(choices.map(({ isUnusable }) => isUnusable)).toEqual([true, false]);
    expect(chosenOf('', choices)).toBe('g2');
  });

  it('are chosen by themselves only where there is one', () => {
    const one = choicesOf([], [granted('g1', 'Claims')]);

    expect(chosenOf('', one)).toBe('g1');
    expect(chosenOf('', [...one, ...choicesOf([own('c1', 'Lake')], [])])).toBe('');
    expect(chosenOf('gone', one)).toBe('gone');
  });
});
