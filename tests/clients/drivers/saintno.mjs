// What a user of @saintno/comfyui-sdk writes; what came of it is printed as JSON.
// Arguments: the server's address, the folder of workflows, a picture.
import { readFileSync } from "node:fs";
import { CallWrapper, ComfyApi, PromptBuilder } from "@saintno/comfyui-sdk";

const [address, workflows, picture] = process.argv.slice(2);
const api = await new ComfyApi(address).init().waitForReady();
const told = { node: process.version };

function built(name, steps) {
  const graph = JSON.parse(readFileSync(`${workflows}/${name}.json`));
  return new PromptBuilder(graph, ["steps", "seed", "picture"], ["images"])
    .setInputNode("steps", "3.inputs.steps")
    .setInputNode("seed", "3.inputs.seed")
    .setOutputNode("images", "9")
    .input("steps", steps)
    .input("seed", Date.now());
}

function drawn(builder, seen = {}) {
  return new Promise((resolve, reject) => {
    const call = new CallWrapper(api, builder)
      .onStart((id) => seen.start?.(id))
      .onProgress((info) => seen.progress?.(info))
      .onFinished((data) => resolve(data.images.images))
      .onFailed((error) => reject(error));
    call.run();
  });
}

async function sizes(images) {
  const blobs = await Promise.all(images.map((image) => api.getImage(image)));
  return Promise.all(blobs.map(async (blob) => Buffer.from(await blob.arrayBuffer()).readUInt32BE(16)));
}

const progress = [];
const images = await drawn(built("txt2img_pocket", 2), { progress: (info) => progress.push([info.node, info.value]) });
told.txt2img = await sizes(images);
told.progress = progress.at(-1);

const sent = await api.uploadImage(readFileSync(picture), "of-saintno.png", { subfolder: "sdk" });
told.upload = sent.info;
const over = built("img2img_pocket", 2)
  .setInputNode("picture", "10.inputs.image")
  .input("picture", `${sent.info.subfolder}/${sent.info.filename}`);
told.img2img = await sizes(await drawn(over));

let stopping = false;
told.cancel = await drawn(built("txt2img_pocket", 10000), {
  progress: () => {
    if (!stopping) {
      stopping = true;
      api.interrupt();
    }
  },
}).then(() => "finished", (error) => error.message);

told.checkpoints = await api.getCheckpoints();
told.loras = await api.getLoras();
const samplers = await api.getSamplerInfo();
told.samplers = samplers.sampler[0].length > 30;
told.types = (await api.getModelTypes()).length;
told.models = await api.getModels("checkpoints");
told.folders = (await api.getModelFolders()).map((folder) => folder.name).includes("checkpoints");
told.features = await api.getFeatures();
told.logs = Array.isArray((await api.getTerminalLogs()).entries);
told.templates = await api.getWorkflowTemplates();
told.queue = await api.getQueue();
told.status = await api.pollStatus();
told.histories = Object.keys((await api.getHistories()) ?? {}).length >= 2;
told.devices = (await api.getSystemStats()).devices[0].type;
told.embeddings = await api.getEmbeddings();
told.extensions = Array.isArray(await api.getExtensions());
told.users = await api.getUserConfig();
await api.storeSetting("sdk.colour", "red");
told.setting = await api.getSetting("sdk.colour");
told.settings = (await api.getSettings())["sdk.colour"];
await api.storeUserData("sdk/note.json", { a: 1 }, { overwrite: true, stringify: true });
told.userdata = await (await api.getUserData("sdk/note.json")).json();
told.listed = await api.listUserData("sdk", true, false);
await api.deleteUserData("sdk/note.json");
told.left = (await api.listUserData("sdk", true, false)).length;
told.freed = await api.freeMemory(true, true);
process.stdout.write(`\n${JSON.stringify(told)}\n`, () => process.exit(0));
