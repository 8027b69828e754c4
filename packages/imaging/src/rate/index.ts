export { type AdjustableRateLimiter, createRateLimiter, type RateLimiterOptions } from './rate-limiter.ts';
