/** The name of every pipeline file ends so. */
export const isPipelineName = (fileName: string) => /\.pipeline\.ya?ml$/i.test(fileName);

/** Tables of options and traces of load are named so; the editor looks again where one of them has changed. */
export const isTableName = (fileName: string) => /\.csv$/i.test(fileName);
