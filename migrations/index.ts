import { CreateUserPreferences1795219200000 } from './1795219200000-create-user-preferences';

/** Every migration, oldest first. A new one is added here; an old one is never changed. */
export const migrations = [CreateUserPreferences1795219200000];
