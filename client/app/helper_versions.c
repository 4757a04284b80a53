/* What confab-media says that it is made of: asked once, when somebody wants to see it. */
#include <string.h>

#include "client/app/app_state.h"
#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"
#include "protocol/base/versions.h"
#include "protocol/os/clock.h"
#include "protocol/os/dirs.h"
#include "protocol/os/spawn.h"

#define ANSWER_MS 10000 /* it loads a hundred libraries, perhaps from a slow disk */

struct asked {
    struct job job; /* first */
    char text[VERSIONS_SIZE];
};

static void run(struct job *job)
{
    struct asked *asked = (struct asked *)(void *)job;
    char helper[OS_PATH_MAX];
    size_t used = 0, got = 1;
    const int64_t until_ms = clock_now_ms() + ANSWER_MS;
    struct err err = {0};
    const char *const argv[] = {helper, "--version", NULL};
    struct spawn *child =
        dirs_helper(helper, "confab-media") ? spawn_start(argv, OS_FILE_NONE, &err) : NULL;
    if (!child)
        return;
    while (got > 0 && used < sizeof asked->text - 1) {
        const int64_t left_ms = until_ms - clock_now_ms();
        if (left_ms <= 0 || !spawn_read(child, asked->text + used, sizeof asked->text - 1 - used,
                                        left_ms, &got, &err))
            break;
        used += got;
    }
    if (got > 0)
        spawn_kill(child);
    if (spawn_finish(child) != 0 || strlen(asked->text) != used || !utf8_valid(asked->text, used))
        asked->text[0] = '\0';
}

static void on_answer(struct mail *mail, void *reader)
{
    struct asked *asked = (struct asked *)(void *)mail;
    struct app *app = reader;
    text_set(&app->helper_versions, asked->text);
    model_touch(&app->model);
    mem_free(asked);
}

static void drop(struct mail *mail)
{
    mem_free(mail);
}

const char *app_helper_versions(struct app *app)
{
    if (app->asked_helper)
        return app->helper_versions;
    app->asked_helper = true;
    struct asked *asked = mem_alloc(1, sizeof *asked);
    asked->job.run = run;
    asked->job.mail = (struct mail){.open = on_answer, .drop = drop};
    pool_post(app->pool, &asked->job);
    return NULL;
}
