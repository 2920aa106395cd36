/** The name of every pipeline file ends so. */
export const isPipelineName = (fileName: string) => /\.pipeline\.ya?ml$/i.test(fileName);
