import * as z from 'zod';

/** Joules of a request at the arrival rate, or of a unit of work under full load. */
export const rankedEnergySchema = z.enum(['joulesPerRequest', 'joulesPerUnit']);
export type RankedEnergy = z.infer<typeof rankedEnergySchema>;
