import { ApiPage } from '@lakescope/server-http';
import { PreferenceDto } from './preference.dto';

/** A page of preferences. */
export class PreferencePage extends ApiPage(PreferenceDto) {}
