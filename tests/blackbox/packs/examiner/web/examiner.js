export const examiner = 1;
