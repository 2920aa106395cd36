/**
 * The workload of an experiment that names none. Rules that the experiment's schema has in its terms (models, images) hold for
 * it alone. It stands by itself, for the page knows it too, which must not load the schema.
 */
export const usualWorkload = 'detection';
