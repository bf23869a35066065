import { iam } from '@databricks/sdk-experimental';
import { all, GivenSdk } from './given-sdk';

describe('the official JS SDK, unmodified, with the local workspace', () => {
  let given: GivenSdk;

  beforeAll(async () => {
    given = await GivenSdk.start();
  });
  afterAll(async () => {
    // Nothing the SDK asked for is a call this workspace does not know.
    const gaps = given.workspace.requestLog.gaps();
    await given.stop();
    expect(gaps).toEqual([]);
  });

  describe('reads people', () => {
    it('who it is, as a person and as an app', async () => {
      const { personas, servicePrincipal } = given.workspace;

      expect(await given.as('analyst').currentUser.me()).toMatchObject({
        userName: personas.analyst.userName,
        id: personas.analyst.userId,
        active: true,
        groups: expect.arrayContaining([expect.objectContaining({ display: 'analysts' })]) as unknown,
      });
      expect((await given.asApp().currentUser.me()).userName).toBe(servicePrincipal.clientId);
    });

    // Its `list` of 0.17.0 asks for the same page for ever, unless that is empty: so pages are asked for one by one.
    it('page by page until one is empty', async () => {
      const { apiClient } = given.as('admin');
      const users = new iam.UsersV2Service(apiClient);
      const page = async (startIndex: number): Promise<(string | undefined)[]> => {
        const names: (string | undefined)[] = [];
        for await (const { userName } of users.list({ startIndex, count: 2 })) {
          if (names.length === 2) break;
          names.push(userName);
        }
        return names;
      };

      const found: (string | undefined)[] = [];
      for (let start = 1; ; start += 2) {
        const names = await page(start);
        if (names.length === 0) break;
        found.push(...names);
        if (names.length < 2) break;
      }

      expect(found).toEqual(expect.arrayContaining([given.workspace.personas.engineer.userName]));
      expect(new Set(found).size).toBe(found.length);
      expect(await all(users.list({ startIndex: 10_000, count: 10 }))).toEqual([]);
    });

    it('and groups and apps, by their id', async () => {
      const { apiClient } = given.as('admin');
      const groups = new iam.GroupsV2Service(apiClient);
      const principals = new iam.ServicePrincipalsV2Service(apiClient);

      const made = await groups.create({ displayName: 'made by the SDK' });
      const app = await principals.create({ displayName: 'an app of the SDK' });

      expect((await groups.get({ id: made.id ?? '' })).displayName).toBe('made by the SDK');
      expect((await principals.get({ id: app.id ?? '' })).displayName).toBe('an app of the SDK');
      await groups.delete({ id: made.id ?? '' });
      await expect(groups.get({ id: made.id ?? '' })).rejects.toMatchObject({ statusCode: 404 });
      await principals.delete({ id: app.id ?? '' });
    });
  });

  it('makes, lists and ends tokens', async () => {
    const sdk = given.as('engineer');
    const { token_info } = await sdk.tokens.create({ comment: 'by the SDK', lifetime_seconds: 60 });

    expect((await all(sdk.tokens.list())).map(({ comment }) => comment)).toContain('by the SDK');
    await sdk.tokens.delete({ token_id: token_info?.token_id ?? '' });
    expect((await all(sdk.tokens.list())).map(({ comment }) => comment)).not.toContain('by the SDK');
  });

  it('reads the app, and what may be allowed on it', async () => {
    const sdk = given.as('admin');
    const { name } = given.workspace.app;

    expect(await sdk.apps.get({ name })).toMatchObject({ name, app_status: { state: 'RUNNING' } });
    expect((await all(sdk.apps.list({}))).map((app) => app.name)).toEqual([name]);
    const { permission_levels } = await sdk.apps.getPermissionLevels({ app_name: name });
    expect(permission_levels?.map(({ permission_level }) => permission_level)).toEqual(['CAN_USE', 'CAN_MANAGE']);
    await sdk.apps.setPermissions({
      app_name: name,
      access_control_list: [{ group_name: 'analysts', permission_level: 'CAN_USE' }],
    });
    expect(JSON.stringify(await sdk.apps.getPermissions({ app_name: name }))).toContain('"analysts"');
  });

  it('makes an app, deploys a folder that runs, changes it, stops it and lets it go', async () => {
    const sdk = given.as('engineer');
    const folder = `/Users/${given.workspace.personas.engineer.userName}/sdk-app`;
    const server = `require('node:http').createServer((_, answer) => answer.end(process.env.GREETING))
      .listen(Number(process.env.DATABRICKS_APP_PORT), '127.0.0.1');`;
    await sdk.workspace.mkdirs({ path: folder });
    const manifest = 'command: [node, server.js]\nenv: [{name: GREETING, value: hello}]\n';
    for (const [name, text] of Object.entries({ 'server.js': server, 'app.yaml': manifest })) {
      const content = Buffer.from(text).toString('base64');
      await sdk.workspace.import({ path: `${folder}/${name}`, content, format: 'AUTO' });
    }

    const made = await (await sdk.apps.create({ app: { name: 'by-sdk' }, no_compute: false })).wait();
    const deploying = await sdk.apps.deploy({
      app_name: 'by-sdk',
      app_deployment: { source_code_path: folder, mode: 'SNAPSHOT' },
    });
    const deployed = await deploying.wait();
    const answer = await fetch(made.url ?? '', { headers: { 'x-local-persona': 'engineer' } });
    const update = { app_name: 'by-sdk', app: { name: 'by-sdk', description: 'changed' }, update_mask: 'description' };
    await (await sdk.apps.createUpdate(update)).wait();
    const stopped = await (await sdk.apps.stop({ name: 'by-sdk' })).wait();

    expect(deployed).toMatchObject({ status: { state: 'SUCCEEDED' }, source_code_path: folder });
    expect(await answer.text()).toBe('hello');
    expect(stopped).toMatchObject({ description: 'changed', compute_status: { state: 'STOPPED' } });
    expect(await all(sdk.apps.listDeployments({ app_name: 'by-sdk' }))).toHaveLength(1);
    await expect(given.as('analyst').apps.get({ name: 'by-sdk' })).rejects.toMatchObject({ statusCode: 403 });
    await sdk.apps.delete({ name: 'by-sdk' });
    await expect(sdk.apps.delete({ name: 'by-sdk' })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('keeps secrets, with lists of who may read them', async () => {
    const sdk = given.as('engineer');
    await sdk.secrets.createScope({ scope: 'by-sdk' });
    await sdk.secrets.putSecret({ scope: 'by-sdk', key: 'k', string_value: 'hush' });
    await sdk.secrets.putAcl({ scope: 'by-sdk', principal: 'analysts', permission: 'READ' });

    expect((await all(sdk.secrets.listScopes())).map(({ name }) => name)).toEqual(['by-sdk']);
    expect((await all(sdk.secrets.listSecrets({ scope: 'by-sdk' }))).map(({ key }) => key)).toEqual(['k']);
    expect(await given.as('analyst').secrets.getSecret({ scope: 'by-sdk', key: 'k' })).toEqual({
      key: 'k',
      value: Buffer.from('hush').toString('base64'),
    });
    expect(await sdk.secrets.getAcl({ scope: 'by-sdk', principal: 'analysts' })).toEqual({
      principal: 'analysts',
      permission: 'READ',
    });
    expect(await all(sdk.secrets.listAcls({ scope: 'by-sdk' }))).toHaveLength(2);
    await expect(given.as('outsider').secrets.getSecret({ scope: 'by-sdk', key: 'k' })).rejects.toMatchObject({
      statusCode: 403,
    });
    await sdk.secrets.deleteAcl({ scope: 'by-sdk', principal: 'analysts' });
    await sdk.secrets.deleteSecret({ scope: 'by-sdk', key: 'k' });
    await sdk.secrets.deleteScope({ scope: 'by-sdk' });
    expect(await all(sdk.secrets.listScopes())).toEqual([]);
  });

  it('writes, lists, reads and removes workspace files', async () => {
    const sdk = given.as('engineer');
    const folder = '/Shared/by-sdk';
    await sdk.workspace.mkdirs({ path: folder });
    await sdk.workspace.import({
      path: `${folder}/notes`,
      content: Buffer.from('# Databricks notebook source\nprint(1)\n').toString('base64'),
      format: 'SOURCE',
      language: 'PYTHON',
    });

    expect(await sdk.workspace.getStatus({ path: `${folder}/notes` })).toMatchObject({
      object_type: 'NOTEBOOK',
      language: 'PYTHON',
    });
    expect((await all(sdk.workspace.list({ path: folder }))).map(({ path }) => path)).toEqual([`${folder}/notes`]);
    const { content = '' } = await sdk.workspace.export({ path: `${folder}/notes`, format: 'SOURCE' });
    expect(Buffer.from(content, 'base64').toString()).toContain('print(1)');
    const { object_id } = await sdk.workspace.getStatus({ path: folder });
    expect(
      await sdk.workspace.getPermissions({
        workspace_object_type: 'directories',
        workspace_object_id: String(object_id),
      }),
    ).toMatchObject({ object_type: 'directory' });
    await sdk.workspace.delete({ path: folder, recursive: true });
    await expect(sdk.workspace.getStatus({ path: folder })).rejects.toMatchObject({ statusCode: 404 });
  });

  it('makes a job, runs it, waits for it, reads what it wrote, and removes it', async () => {
    const sdk = given.as('engineer');
    const file = '/Shared/job-of-the-sdk.py';
    const content = Buffer.from("import sys\nprint('ran', sys.argv[1])\n").toString('base64');
    await sdk.workspace.import({ path: file, content, format: 'AUTO', overwrite: true });
    const task = { task_key: 't', spark_python_task: { python_file: `/Workspace${file}`, parameters: ['here'] } };
    const { job_id = 0 } = await sdk.jobs.create({ name: 'by the SDK', tasks: [task] });

    const run = await (await sdk.jobs.runNow({ job_id })).wait();

    expect(run).toMatchObject({ job_id, state: { life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' } });
    const output = await sdk.jobs.getRunOutput({ run_id: run.tasks?.[0]?.run_id ?? 0 });
    expect(output.logs).toBe('ran here\n');
    expect((await all(sdk.jobs.list({ name: 'BY THE SDK' }))).map((job) => job.job_id)).toEqual([job_id]);
    expect((await all(sdk.jobs.listRuns({ job_id }))).map(({ run_id }) => run_id)).toEqual([run.run_id]);
    await sdk.jobs.setPermissions({
      job_id: String(job_id),
      access_control_list: [
        { user_name: given.workspace.personas.engineer.userName, permission_level: 'IS_OWNER' },
        { group_name: 'analysts', permission_level: 'CAN_VIEW' },
      ],
    });
    expect((await given.as('analyst').jobs.get({ job_id })).settings?.name).toBe('by the SDK');
    await expect(given.as('analyst').jobs.runNow({ job_id })).rejects.toMatchObject({ statusCode: 403 });
    await sdk.jobs.delete({ job_id });
    await expect(sdk.jobs.get({ job_id })).rejects.toMatchObject({
      message: expect.stringContaining('does not exist'),
    });
  }, 60_000);

  it('makes a warehouse, waits for it, stops and removes it', async () => {
    const sdk = given.as('admin');
    const making = await sdk.warehouses.create({ name: 'by the SDK', cluster_size: '2X-Small', auto_stop_mins: 10 });
    const made = await making.wait();
    const id = made.id ?? '';

    expect(made).toMatchObject({ name: 'by the SDK', state: 'RUNNING' });
    expect((await all(sdk.warehouses.list({}))).map(({ name }) => name)).toContain('by the SDK');
    const stopped = await (await sdk.warehouses.stop({ id })).wait();
    expect(stopped.state).toBe('STOPPED');
    await sdk.warehouses.setPermissions({
      warehouse_id: id,
      access_control_list: [{ group_name: 'analysts', permission_level: 'CAN_USE' }],
    });
    expect(JSON.stringify(await sdk.warehouses.getPermissions({ warehouse_id: id }))).toContain('"analysts"');
    const asked = { request_object_type: 'warehouses', request_object_id: id };
    expect(JSON.stringify(await sdk.permissions.get(asked))).toContain('"analysts"');
    expect((await sdk.permissions.getPermissionLevels(asked)).permission_levels?.length).toBeGreaterThan(2);
    // It makes an object of any answer, also of a bare list.
    const sources = Object.values(await sdk.dataSources.list());
    expect(sources.map(({ warehouse_id }) => warehouse_id)).toContain(id);
    await sdk.warehouses.delete({ id });
    await expect(sdk.warehouses.get({ id })).rejects.toMatchObject({ statusCode: 404 });
  }, 60_000);

  it('makes a database instance, waits for it, and mints a password', async () => {
    const sdk = given.as('admin');
    const { name } = given.workspace.databaseInstance;

    const making = await sdk.database.createDatabaseInstance({
      database_instance: { name: 'by-sdk', capacity: 'CU_1' },
    });
    const made = await making.wait();

    expect(made).toMatchObject({ name: 'by-sdk', state: 'AVAILABLE' });
    expect((await all(sdk.database.listDatabaseInstances({}))).map((one) => one.name).sort()).toEqual(['by-sdk', name]);
    expect((await sdk.database.findDatabaseInstanceByUid({ uid: made.uid ?? '' })).name).toBe('by-sdk');
    const { token, expiration_time } = await sdk.database.generateDatabaseCredential({
      instance_names: [name],
      request_id: 'sdk',
    });
    expect([typeof token, typeof expiration_time]).toEqual(['string', 'string']);
    await expect(sdk.database.deleteDatabaseInstance({ name: 'by-sdk' })).rejects.toMatchObject({ statusCode: 400 });
    await sdk.database.deleteDatabaseInstance({ name: 'by-sdk', purge: true });
  }, 60_000);
});
