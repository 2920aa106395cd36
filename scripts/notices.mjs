// The licences of other people's code in the package: what esbuild bundled, and the packages that are shipped as they are.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of the packages that a bundle holds code of, from esbuild's metafile; sorted, each once. */
export function packagesOf({ inputs }) {
  const folders = Object.keys(inputs).flatMap((path) => {
    const found = /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path.replaceAll('\\', '/'));
    return found ? [found[1]] : [];
  });
  return [...new Set(folders)].sort();
}

/** Folders of all packages in a `node_modules` folder, those inside others as well. */
export function packagesIn(nodeModules) {
  if (!existsSync(nodeModules)) return [];
  const names = readdirSync(nodeModules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(nodeModules, name)).map((inner) => join(name, inner)) : [name],
  );
  const folders = names
    .map((name) => join(nodeModules, name))
    .filter((folder) => existsSync(join(folder, 'package.json')));
  return folders.flatMap((folder) => [folder, ...packagesIn(join(folder, 'node_modules'))]);
}

/** One text with name, version, source and licence of each package. Throws where a package has no licence text. */
export function noticesOf(folders) {
  const packages = new Map();
  for (const folder of folders) {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    packages.set(`${manifest.name} ${manifest.version}`, { folder, manifest });
  }
  const sections = [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([title, found]) => section(title, found));
  const named = [...packages.values()].map(({ manifest }) => manifest.license);
  const common = [...new Set(named.flatMap(withGnuTexts))].map((id) => `${id}\n\n${commonText(id)}`);
  const head =
    'Greenbatch contains code of the packages below, each under its own licence, and data of others, which stands at the end.\n';
  return `${[head, ...sections, ...common, dataNotice].join(`\n${'='.repeat(80)}\n\n`)}`;
}

/** src/core/footprint/gridIntensity.ts is bundled into the program. */
const dataNotice = `Carbon intensity of electricity by country, 2024
Licence: CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)
Source: Ember, Yearly Electricity Data, https://ember-energy.org/data/yearly-electricity-data/

Values are unchanged; countries with a value for 2024, the European Union and the world were selected, from the copy of 3 August 2025 in CO2.js
(https://github.com/thegreenwebfoundation/co2.js). Ember does not endorse this program.
`;

function section(title, { folder, manifest }) {
  const { license, author, homepage, repository } = manifest;
  const source = typeof repository === 'string' ? repository : (repository?.url ?? homepage);
  const own = readdirSync(folder).filter((name) =>
    /^(licen[cs]e|copying|notices?|third.?party.?notices?)([.-]|$)/i.test(name),
  );
  const texts = own.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  if (!own.some((name) => /^(licen[cs]e|copying)/i.test(name))) texts.push(textWithoutFile(manifest, source, author));
  // Packages that are libraries of many others list them: libvips and what is linked with it.
  const versions = join(folder, 'versions.json');
  if (existsSync(versions)) {
    texts.push(readFileSync(join(folder, 'README.md'), 'utf8').trim());
    texts.push(
      `Versions in this package (the source of libvips is at https://github.com/libvips/libvips/releases, of the others where the table says):\n${readFileSync(versions, 'utf8').trim()}`,
    );
  }
  return `${title}\nLicence: ${license}\nSource: ${source}\n\n${texts.join('\n\n')}\n`;
}

function textWithoutFile({ name, license }, source, author) {
  const who = (typeof author === 'string' ? author : author?.name) ?? 'its authors';
  if (/LGPL/.test(license)) return `The text of ${license} stands at the end.`;
  if (!existsSync(common(license)))
    throw new Error(`${name} has no licence file, and scripts/licences has no text of ${license}`);
  return `Copyright (c) ${who} and the contributors to ${source}\n\n${commonText(license)}`;
}

/** The Lesser GPL is a supplement to the GPL. */
const withGnuTexts = (license) => (/LGPL-3/.test(license) ? ['LGPL-3.0-or-later', 'GPL-3.0-or-later'] : []);

const common = (id) => join(import.meta.dirname, 'licences', `${id}.txt`);
const commonText = (id) => readFileSync(common(id), 'utf8').trim();
