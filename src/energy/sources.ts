import { estimate } from './estimate/estimate';
import { perf } from './perf/perfSource';
import { powercap } from './powercap/powercapSource';
import type { EnergySource } from './source';

/** Every kind of energy source there is; `auto` tries them in this order. */
export const energySources: readonly EnergySource[] = [powercap, perf, estimate];
