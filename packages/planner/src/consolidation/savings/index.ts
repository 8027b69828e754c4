export { coolingOf, energyKilowattHoursPerYear, totalEnergyKilowattHoursPerYear } from './energy.ts';
export { type Prices, pricesSchema } from './prices.ts';
export { hostsByRatio, newBuildSaving, refreshAvoidance } from './refresh.ts';
export { type BeforeAfter, type ReturnOnInvestment, type Savings, savingsOf } from './savings.ts';
export { rackUnitsOf, switchesFreed } from './space.ts';
