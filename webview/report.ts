// The page that is saved to a file: first its own host, then the same page as in the editor.
import { otherRuns } from './page/savedHost';
import './main';
import { onPrinting } from './page/printing';
import { printedRun } from './parts/printedRun';

const beside = document.createElement('div');
onPrinting((isPrinting) => {
  // Nobody can choose on paper: what is not looked at follows.
  beside.replaceChildren(...(isPrinting ? otherRuns().map(printedRun) : []));
  if (isPrinting) document.body.append(beside);
  else beside.remove();
});
