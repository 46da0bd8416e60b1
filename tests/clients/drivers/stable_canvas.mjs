// What a user of @stable-canvas/comfyui-client writes; what came of it is printed as JSON.
// Arguments: the server's host and port, the folder of workflows, a picture.
import { readFileSync } from "node:fs";
import { Client, Workflow } from "@stable-canvas/comfyui-client";
import WebSocket from "ws";

const [host, workflows, picture] = process.argv.slice(2);
const client = new Client({ api_host: host, WebSocket, fetch });
await client.connect();
const told = { node: process.version };

function graph(name, steps) {
  const read = JSON.parse(readFileSync(`${workflows}/${name}.json`));
  Object.assign(read["3"].inputs, { steps, seed: Date.now() });
  return read;
}

async function widths(images) {
  return Promise.all(
    images.map(async ({ type, data }) => {
      const bytes = type === "buff" ? data : await (await fetch(data)).arrayBuffer();
      return Buffer.from(bytes).readUInt32BE(16);
    }),
  );
}

// With the socket, told of every step.
const progress = [];
const drawn = await client.enqueue(graph("txt2img_pocket", 2), { progress: ({ value, max }) => progress.push([value, max]) });
told.txt2img = await widths(drawn.images);
told.progress = progress.at(-1);

// Asking again and again instead.
told.polled = await widths((await client.enqueue_polling(graph("txt2img_pocket", 2), { polling_ms: 100 })).images);

// A picture of ours.
const form = new FormData();
form.append("image", new Blob([readFileSync(picture)]), "of-stable-canvas.png");
const sent = await (await client.fetchApi("/upload/image", { method: "POST", body: form })).json();
const over = graph("img2img_pocket", 2);
over["10"].inputs.image = sent.name;
told.img2img = await widths((await client.enqueue(over)).images);

// A workflow written as code, whose picture comes over the socket alone.
const workflow = new Workflow();
const { CheckpointLoaderSimple, CLIPTextEncode, EmptyLatentImage, KSampler, VAEDecode, SaveImageWebsocket } = workflow.classes;
const [model, clip, vae] = CheckpointLoaderSimple({ ckpt_name: "pocket.safetensors" });
const [samples] = KSampler({
  seed: 7,
  steps: 2,
  cfg: 5,
  sampler_name: "euler",
  scheduler: "normal",
  denoise: 1,
  model,
  positive: CLIPTextEncode({ text: "a key", clip })[0],
  negative: CLIPTextEncode({ text: "", clip })[0],
  latent_image: EmptyLatentImage({ width: 128, height: 128, batch_size: 1 })[0],
});
SaveImageWebsocket({ images: VAEDecode({ samples, vae })[0] });
told.written = await widths((await workflow.invoke(client)).images);

// One that is stopped: with its socket this client would wait for ever, as it does not listen for that.
const stopped = client.enqueue_polling(graph("txt2img_pocket", 10000), { polling_ms: 50 });
let running = [];
while (running.length === 0) {
  running = (await client.getQueue()).Running;
}
await client.interrupt(running[0][1] ?? running[0].prompt_id);
told.cancel = await stopped.then(() => "finished", (error) => error.message);

told.samplers = (await client.getSamplers()).includes("dpmpp_2m");
told.schedulers = (await client.getSchedulers()).includes("karras");
told.checkpoints = await client.getSDModels();
told.others = [];
for (const ask of ["getCNetModels", "getUpscaleModels", "getHyperNetworks", "getLoRAs", "getVAEs", "getEmbeddings"]) {
  told.others.push([ask, (await client[ask]()).length]);
}
told.models = (await client.getModels("checkpoints")).map(({ name }) => name);
told.folders = (await client.getModelFolders()).map(({ name }) => name).includes("loras");
told.extensions = Array.isArray(await client.getExtensions());
told.history = (await client.getHistory(200)).History.length >= 4;
const queue = await client.getQueue();
told.queue = [queue.Running.length, queue.Pending.length];
told.stats = (await client.getSystemStats()).devices.length;
told.users = (await client.getUserConfig()).storage;
await client.storeSetting("canvas.colour", "blue");
told.setting = [await client.getSetting("canvas.colour"), (await client.getSettings())["canvas.colour"]];
await client.free({ unload_models: true, free_memory: true });
await client.clearItems("queue");
client.close();
process.stdout.write(`\n${JSON.stringify(told)}\n`, () => process.exit(0));
