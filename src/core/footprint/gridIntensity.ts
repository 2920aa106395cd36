/**
 * Carbon intensity of electricity by country, as data: lifecycle greenhouse gases of a year's generation within the country (what is
 * imported is not in it), grams of CO₂ equivalents per kilowatt-hour over 100 years.
 *
 * Source: Ember, *Yearly Electricity Data*, values of 2024, CC BY 4.0 (ember-energy.org/data/yearly-electricity-data,
 * ember-energy.org/creative-commons), in the copy of 3 August 2025 that CO2.js keeps (github.com/thegreenwebfoundation/co2.js,
 * commit b459b5e5, data/output/average-intensities.json). Every country with a value for 2024 is taken, the European Union
 * and the world; of the other regions of the dataset none. Values are unchanged; names are those of ISO 3166 where Ember's are longer.
 */
export const gridTable = {
  dataset: 'Ember, Yearly Electricity Data',
  year: 2024,
  taken: '2025-08-03',
  licence: 'CC BY 4.0',
  url: 'https://ember-energy.org/data/yearly-electricity-data/',
} as const;

/** `code`: ISO 3166-1, two letters (XK as is usual for Kosovo), `EU` or `WORLD`. */
export type GridRegion = { code: string; name: string; gramsPerKilowattHour: number };

/** Two letters, three letters, name, grams per kilowatt-hour. */
const rows: readonly (readonly [string, string, string, number])[] = [
  ['WORLD', 'WORLD', 'World', 472.94],
  ['EU', 'EU', 'European Union', 213.02],
  ['AR', 'ARG', 'Argentina', 344.83],
  ['AM', 'ARM', 'Armenia', 243.52],
  ['AU', 'AUS', 'Australia', 553.76],
  ['AT', 'AUT', 'Austria', 102.62],
  ['AZ', 'AZE', 'Azerbaijan', 632.89],
  ['BD', 'BGD', 'Bangladesh', 694.63],
  ['BY', 'BLR', 'Belarus', 323.63],
  ['BE', 'BEL', 'Belgium', 117.58],
  ['BO', 'BOL', 'Bolivia', 468.02],
  ['BA', 'BIH', 'Bosnia and Herzegovina', 638.05],
  ['BR', 'BRA', 'Brazil', 106.06],
  ['BG', 'BGR', 'Bulgaria', 264.21],
  ['KH', 'KHM', 'Cambodia', 497.46],
  ['CA', 'CAN', 'Canada', 184.99],
  ['CL', 'CHL', 'Chile', 265.52],
  ['CN', 'CHN', 'China', 557.5],
  ['CO', 'COL', 'Colombia', 285.8],
  ['CR', 'CRI', 'Costa Rica', 63.01],
  ['HR', 'HRV', 'Croatia', 174.48],
  ['CY', 'CYP', 'Cyprus', 512.24],
  ['CZ', 'CZE', 'Czechia', 413.86],
  ['DK', 'DNK', 'Denmark', 143.3],
  ['DO', 'DOM', 'Dominican Republic', 565.97],
  ['EC', 'ECU', 'Ecuador', 209.7],
  ['EG', 'EGY', 'Egypt', 574.5],
  ['SV', 'SLV', 'El Salvador', 99.29],
  ['EE', 'EST', 'Estonia', 341.02],
  ['FI', 'FIN', 'Finland', 72.25],
  ['FR', 'FRA', 'France', 44.18],
  ['GE', 'GEO', 'Georgia', 143.06],
  ['DE', 'DEU', 'Germany', 342.06],
  ['GR', 'GRC', 'Greece', 319.76],
  ['HU', 'HUN', 'Hungary', 182.82],
  ['IN', 'IND', 'India', 708.96],
  ['IR', 'IRN', 'Iran', 648.68],
  ['IE', 'IRL', 'Ireland', 279.79],
  ['IT', 'ITA', 'Italy', 287.75],
  ['JP', 'JPN', 'Japan', 483.73],
  ['KZ', 'KAZ', 'Kazakhstan', 801.79],
  ['KE', 'KEN', 'Kenya', 84.83],
  ['XK', 'XKX', 'Kosovo', 958.72],
  ['KW', 'KWT', 'Kuwait', 637.24],
  ['KG', 'KGZ', 'Kyrgyzstan', 152.65],
  ['LV', 'LVA', 'Latvia', 136.22],
  ['LT', 'LTU', 'Lithuania', 139.34],
  ['LU', 'LUX', 'Luxembourg', 134.62],
  ['MY', 'MYS', 'Malaysia', 604.43],
  ['MT', 'MLT', 'Malta', 484.16],
  ['MX', 'MEX', 'Mexico', 483.14],
  ['MD', 'MDA', 'Moldova', 629.56],
  ['MN', 'MNG', 'Mongolia', 784.01],
  ['ME', 'MNE', 'Montenegro', 413.51],
  ['MA', 'MAR', 'Morocco', 577.65],
  ['MM', 'MMR', 'Myanmar', 569.69],
  ['NL', 'NLD', 'Netherlands', 252.7],
  ['NZ', 'NZL', 'New Zealand', 120.11],
  ['NG', 'NGA', 'Nigeria', 507.85],
  ['MK', 'MKD', 'North Macedonia', 568.97],
  ['NO', 'NOR', 'Norway', 30.75],
  ['OM', 'OMN', 'Oman', 545.33],
  ['PK', 'PAK', 'Pakistan', 398.61],
  ['PE', 'PER', 'Peru', 263.27],
  ['PH', 'PHL', 'Philippines', 613.38],
  ['PL', 'POL', 'Poland', 614.98],
  ['PT', 'PRT', 'Portugal', 111.8],
  ['PR', 'PRI', 'Puerto Rico', 664.53],
  ['QA', 'QAT', 'Qatar', 602.83],
  ['RO', 'ROU', 'Romania', 245.55],
  ['RU', 'RUS', 'Russia', 446.17],
  ['SA', 'SAU', 'Saudi Arabia', 691.95],
  ['RS', 'SRB', 'Serbia', 670.8],
  ['SG', 'SGP', 'Singapore', 498.74],
  ['SK', 'SVK', 'Slovakia', 96.49],
  ['SI', 'SVN', 'Slovenia', 227.11],
  ['ZA', 'ZAF', 'South Africa', 713.9],
  ['KR', 'KOR', 'South Korea', 415.65],
  ['ES', 'ESP', 'Spain', 146.15],
  ['SE', 'SWE', 'Sweden', 35.89],
  ['CH', 'CHE', 'Switzerland', 36.72],
  ['TW', 'TWN', 'Taiwan', 635.15],
  ['TJ', 'TJK', 'Tajikistan', 98.7],
  ['TH', 'THA', 'Thailand', 555.43],
  ['TN', 'TUN', 'Tunisia', 560.25],
  ['TR', 'TUR', 'Türkiye', 469.7],
  ['AE', 'ARE', 'United Arab Emirates', 467.51],
  ['GB', 'GBR', 'United Kingdom', 215.79],
  ['US', 'USA', 'United States', 383.55],
  ['UY', 'URY', 'Uruguay', 96.7],
  ['VN', 'VNM', 'Vietnam', 486.13],
];

export const gridRegions: readonly GridRegion[] = rows.map(([code, , name, gramsPerKilowattHour]) => ({
  code,
  name,
  gramsPerKilowattHour,
}));

const byName = new Map(
  rows.flatMap(([two, three, name], i) =>
    [two, three, name].map((key) => [key.toLowerCase(), gridRegions[i]!] as const),
  ),
);

/** By two letters, three letters or the name, in capitals or not; null where the table has none of that name. */
export const regionOf = (text: string): GridRegion | null => byName.get(text.trim().toLowerCase()) ?? null;
