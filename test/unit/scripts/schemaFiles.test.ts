import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { analyses, schemaFiles } from '../../../scripts/schemaFiles';

const root = new URL('../../../', import.meta.url);

describe('the schemas of our JSON', () => {
  it.each(Object.entries(schemaFiles))('%s is up to date (npx tsx scripts/schema.mts)', (file, schema) => {
    const written: unknown = JSON.parse(readFileSync(new URL(file, root), 'utf8'));
    expect(written).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it('are all that lie in docs, one for each analysis among them', () => {
    const written = readdirSync(new URL('docs', root)).filter((name) => name.endsWith('.schema.json'));
    const made = Object.keys(schemaFiles).map((file) => file.split('/').at(-1));
    expect(made).toEqual(expect.arrayContaining(written));
    expect(written).toEqual(expect.arrayContaining(analyses.map(({ id }) => `${id}.schema.json`)));
  });

  it.each(analyses)('$id has a version, which readers can ask for', ({ id }) => {
    const json = schemaFiles[`docs/${id}.schema.json`]!;
    expect(json).toMatchObject({
      properties: { version: { const: id === 'compare' ? 2 : 1 } },
      required: expect.arrayContaining(['version']),
    });
    expect(new Ajv2020({ strict: false }).validateSchema(json)).toBe(true);
  });
});
