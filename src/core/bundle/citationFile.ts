/**
 * How to cite the tool, in the Citation File Format 1.2.0 (citation-file-format.github.io); the paper that some runs repeat is
 * a reference.
 */
export function citationFile(version: string | null): string {
  return `cff-version: 1.2.0
message: If you use these measurements, please cite the tool that made them.
type: software
title: 'Greenbatch: which configuration of a model does its work with the least energy, measured'
authors:
  - name: The Greenbatch authors
${version === null ? '' : `version: ${version}\n`}license: MIT
references:
  - type: report
    title: Towards Sustainable AI with IPA
    year: 2024
    authors:
      - family-names: Willis
      - family-names: Bryson
      - family-names: Agho
    notes: Project report, repository csce585-mlsystems/Sustainable-IPA
`;
}
