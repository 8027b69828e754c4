import type { ErrorCatalogue } from '@carrel/kit';

/** Failures of the planner. */
export const planErrors = {
  PLAN_INVALID: {
    errorClass: 'usage',
    httpStatus: 422,
    message: 'The plan {name} has errors: {count}.',
    remedy: 'Correct each of them as it says; carrel plan check lists them with their lines.',
  },
  PLAN_FONT_DAMAGED: {
    errorClass: 'damaged',
    httpStatus: 500,
    message: 'A font for PDF documents is damaged.',
    remedy: 'Install Carrel again, or write the document as HTML and print it.',
  },
  CONSOLIDATION_SPAN: {
    errorClass: 'usage',
    httpStatus: 422,
    message: 'The samples span more than {days} days.',
    remedy: 'Leave out samples of other times, or raise maxDays in the settings.',
  },
  CONSOLIDATION_TABLES_INVALID: {
    errorClass: 'usage',
    httpStatus: 422,
    message: 'The tables have errors: {count}.',
    remedy: 'Correct each of them as it says, and try again.',
  },
  PLAN_NOT_DEPLOYABLE: {
    errorClass: 'usage',
    httpStatus: 422,
    message: 'The plan is for {product}, not for Carrel.',
    remedy: 'Set profile: carrel in the plan, and look at the design again.',
  },
} as const satisfies ErrorCatalogue;
