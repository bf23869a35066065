import { trainFlightDelay } from './train-flight-delay';
import { trainWeatherType } from './train-weather-type';
import { writeModel } from './trained-model';

/** Trains all models of the demo lake and writes the folder of each version. The same data gives the same files. */
export async function trainModels(folder: string, say: (line: string) => void): Promise<void> {
  for (const model of [...(await trainFlightDelay()), await trainWeatherType()]) {
    writeModel(folder, model);
    say(`${model.name} ${model.version}: ${JSON.stringify(model.metrics)}`);
  }
}
