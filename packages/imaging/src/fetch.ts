// Bringing images over. Apart from the rest, so that a fetch begins without loading what it does not use.
export { fetchImage, forecastImage } from './fetch/fetch-image.ts';
export type { FetchForecast, FetchReceipt, ForecastOptions } from './fetch/fetch-options.ts';
export type { TransferredFrom } from './image/image-reader.ts';
export { createRateLimiter } from './rate/index.ts';
