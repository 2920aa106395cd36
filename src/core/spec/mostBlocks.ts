/** Blocks of a run, also of one that more are added to. What so many do not tell apart no more of them would. */
export const mostBlocks = 1000;
