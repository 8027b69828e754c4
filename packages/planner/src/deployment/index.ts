export { deploymentChecklist } from './checklist.ts';
export {
  type DeployedImage,
  type Deployment,
  deploymentConfiguration,
  type ImageSource,
  type InstanceDeployment,
} from './deployment-configuration.ts';
