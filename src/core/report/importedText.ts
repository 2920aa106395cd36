/** What stands beside every number of a run that this program did not measure. */
export const importedText = ({ file }: { file: string }): string =>
  `imported from ${file}: nothing of it was measured by this program`;
