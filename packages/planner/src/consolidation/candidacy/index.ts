export {
  type ApplicationRule,
  applicationRuleSchema,
  defaultApplicationRules,
} from './application-rules.ts';
export { assessCandidacy, type Candidacy, type CandidacyRules } from './candidacy.ts';
