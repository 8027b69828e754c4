import { z } from 'zod';

const price = z.number().nonnegative();

/** What things cost, and how much of them is needed. */
export const pricesSchema = z.strictObject({
  currency: z.string().trim().min(1).default('USD').describe('Of all prices.'),
  perKilowattHour: price.default(0.1).describe('Average price of a kilowatt-hour (L3501).'),
  coolingEfficiency: z
    .number()
    .gt(0)
    .max(20)
    .default(0.65)
    .describe('Heat carried away for each unit of energy: 0.6 to 0.7 in the book (L3513), 3 and more today.'),
  rackUnitsPerRack: z.int().positive().default(42).describe('Height of a rack (L3475).'),
  perRackYear: price.default(0).describe('Room for a rack, a year.'),
  serversPerConsoleSwitch: z.int().positive().default(8).describe('Ports of a KVM switch (L3446).'),
  consoleSwitch: price.default(0).describe('Price of a KVM switch.'),
  portsPerNetworkSwitch: z.int().positive().default(48).describe('Ports of a network switch (L3448).'),
  networkSwitch: price.default(0).describe('Price of a network switch.'),
  migrationPerServer: price.default(0).describe('Work of turning a server into a guest.'),
  perHostYear: price.default(0).describe('Running a host: licences, maintenance, people; energy apart.'),
  perServerYear: price.default(0).describe('Running a physical server likewise.'),
  startYear: z.int().min(2000).max(2200).default(2026).describe('The first of the years that are counted.'),
  years: z.int().min(1).max(10).default(5).describe('How many years are counted (L3427).'),
});
export type Prices = z.infer<typeof pricesSchema>;
