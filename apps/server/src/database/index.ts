export type { DatabaseCapabilities } from './capabilities.ts';
export type { Database, Queries, Transaction } from './database.ts';
export { availabilityError, isUniqueViolation } from './driver-errors.ts';
export { appliedMigrations } from './migrate.ts';
export { type DatabaseLocation, openDatabase, openDatabaseForReading } from './open-database.ts';
export type { NewRow, Row } from './tables.ts';
