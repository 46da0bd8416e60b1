export const modern = 1;
