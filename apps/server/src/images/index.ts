export { registerImageRoutes } from './image-routes.ts';
export type { ImageServices } from './image-services.ts';
export { getImage } from './images.ts';
export { type ImageSource, openImageSource } from './source/open-source.ts';
export { getVersion } from './versions.ts';
