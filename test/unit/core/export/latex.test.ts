import { describe, expect, it } from 'vitest';
import { latex } from '../../../../src/core/export/latex';
import { reportOf } from '../../../../src/core/report/report';
import { foldRun } from '../../../../src/core/run/fold';
import { sweep } from '../../../support/runEvents';

const reportFor = (measured = true) =>
  reportOf(foldRun(sweep(measured)), () => [], { folder: '/runs/x', status: 'complete' });

describe('a run as a table of LaTeX', () => {
  it('has means with their intervals, and in the caption source, n and what the energy covers', async () => {
    const text = latex(reportFor());
    await expect(text).toMatchFileSnapshot('../../../golden/measured.tex');
    expect(text).toMatch(/MEASURED powercap \$\\cdot\$ 1 package \+ 1 dram/);
    expect(text).toMatch(/gross, inference only/);
  });

  it('says of estimated joules that they are', () => {
    const text = latex(reportFor(false));
    expect(text).toContain('J/image (estimated)');
    expect(text).toContain('intervals are repeatability, not accuracy');
  });

  it('lets no name become a command, end the table or leave the comment', () => {
    const report = reportFor();
    report.run.name = '50 % of_all & \\input{x} #1 ~^ <b> 2 × 3\n\\end{table}';
    report.run.id = 'a\n\\end{x}';
    const text = latex(report);
    expect(text).toContain(
      '50 \\% of\\_all \\& \\textbackslash{}input\\{x\\} \\#1 \\textasciitilde{}\\textasciicircum{} \\textless{}b\\textgreater{} 2 $\\times$ 3 \\textbackslash{}end\\{table\\}',
    );
    expect(text.match(/^\s*\\end\{table\}$/gm)).toHaveLength(1);
    expect(text.split('\n')[0]).toMatch(/^% Run a \\end\{x\} of /);
    expect(text).toContain('\\label{tab:a--end-x-}');
  });

  it('has as many cells in each row as columns', () => {
    const [spec, ...rows] = latex(reportFor()).match(/(?<=begin\{tabular\}\{)[lr]+|^ {4}.*\\\\$/gm)!;
    for (const row of rows) expect(row.split(' & '), row).toHaveLength(spec!.length);
    expect(rows.length).toBeGreaterThan(2);
  });
});
