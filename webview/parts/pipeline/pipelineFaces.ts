import { relaxationSentence, waysOut } from '../../../src/core/pipeline/answerWords';
import { wholeSentence } from '../../../src/core/words/sentence';
import { describeGiven } from '../../../src/core/statistics/wording';
import { postToPipeline } from '../../page/pipelineLink';
import type { PipelinePage } from '../../page/pipelinePage';
import type { TermKey } from '../../page/pipelineTerms';
import { h, redraw } from '../../page/dom';
import { button } from '../../page/toolkit';
import { t } from '../../strings/strings';
import { faceSection } from '../faceSection';

/** The states that need words of their own, with what can be done about them. */
export function createPipelineFaces(move: (key: TermKey, value: number) => void, dismiss: () => void) {
  const element = h('div', { class: 'faces' });
  const restart = buttonIn(
    'restart',
    () => t('Restart'),
    () => postToPipeline({ type: 'restart' }),
  );
  const openLog = buttonIn(
    'log',
    () => t('Open log'),
    () => postToPipeline({ type: 'openLog' }),
  );
  const openFile = buttonIn(
    'file',
    () => t('Open the file'),
    () => postToPipeline({ type: 'openFile' }),
  );

  const problemFace = ({ text, isDead }: NonNullable<PipelinePage['problem']>) =>
    faceSection(
      {
        ...{ kind: 'problem', name: 'problem' },
        title: isDead ? t('The solver is not running') : t('There is no answer'),
        lines: [text, ...(isDead ? [t('What is shown is from before.')] : [])],
      },
      isDead ? [restart('problem'), openLog('problem')] : [openFile('problem'), openLog('problem')],
    );

  const infeasibleFace = (answer: Parameters<typeof waysOut>[0], load: number) =>
    faceSection(
      {
        ...{ kind: 'caution', name: 'infeasible', title: t('No choice keeps these limits') },
        lines: [wholeSentence(relaxationSentence(answer, load))],
      },
      waysOut(answer, load).flatMap(({ slider, value }) =>
        slider === null
          ? []
          : [
              button(
                slider === 'sla'
                  ? t('Set the latency limit to {0} ms', describeGiven(value))
                  : t('Set the load to {0} requests/s', describeGiven(value)),
                { key: `relax-${slider}`, onClick: () => move(slider, value) },
              ),
            ],
      ),
    );

  return {
    element,
    show({ problem, restarted, slow, view }: PipelinePage): void {
      const answer = view?.answers[0]?.answer ?? null;
      const infeasible = answer?.status === 'infeasible' ? answer : null;
      redraw(element, [problem, restarted, slow, infeasible], () => [
        problem ? problemFace(problem) : null,
        restarted === null
          ? null
          : faceSection(
              { kind: 'note', name: 'restarted', title: t('The solver was started again'), lines: [restarted] },
              [button(t('Dismiss'), { key: 'dismiss', onClick: dismiss }), openLog('restarted')],
            ),
        slow && !problem
          ? faceSection(
              {
                ...{ kind: 'note', name: 'slow', title: t('Solving takes long') },
                lines: [t('What is shown is from before. Products of accuracies over many stages take the longest.')],
              },
              [restart('slow')],
            )
          : null,
        infeasible ? infeasibleFace(infeasible, view!.asked.load) : null,
      ]);
    },
  };
}

/** The same button in several faces, each found again by its face. */
const buttonIn = (key: string, text: () => string, onClick: () => void) => (face: string) =>
  button(text(), { key: `${face}-${key}`, onClick });
