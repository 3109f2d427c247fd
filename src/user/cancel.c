/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cancel.c - thread cancellation, which must not end a thread in the kernel
 *
 *  - fl_user_defer_cancel(), fl_user_allow_cancel()    around everything inside
 *  - fl_user_is_cancelled()    for a thread that waits in the kernel
 *  - pthread_cancel()
 *
 *   thread 0                            thread 1
 *   read(): enters, cancellation is
 *     disabled, waits
 *                                       pthread_cancel(): a request is pending
 *     idle: finds the request
 *     the wait ends, as by a signal
 *   leaves, cancellation is enabled
 *   pthread_testcancel(): ends
 *
 * A request does not end a fault, or a call that is not a cancellation point.
 */
#define _GNU_SOURCE
#include <pthread.h>

#include "user/user.h"
#include "user/real.h"

#define REQUESTS 256 /* requests not found by their threads yet */

static struct {
	pthread_mutex_t lock;
	pthread_t thread[REQUESTS];
	unsigned int n;
} requests = { .lock = PTHREAD_MUTEX_INITIALIZER };

static __thread int state_outside;

void fl_user_defer_cancel(void)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state_outside);
}

void fl_user_allow_cancel(void)
{
	pthread_setcancelstate(state_outside, NULL);
}

/* Remove the requests for @thread.  Return: whether there was one. */
static _Bool remove_requests(pthread_t thread)
{
	unsigned int i, left = 0;
	_Bool found;

	pthread_mutex_lock(&requests.lock);
	for (i = 0; i < requests.n; i++)
		if (!pthread_equal(requests.thread[i], thread))
			requests.thread[left++] = requests.thread[i];
	found = left < requests.n;
	requests.n = left;
	pthread_mutex_unlock(&requests.lock);
	return found;
}

_Bool fl_user_is_cancelled(void)
{
	return state_outside == PTHREAD_CANCEL_ENABLE &&
	       __atomic_load_n(&requests.n, __ATOMIC_RELAXED) &&
	       remove_requests(pthread_self());
}

/* A pthread_t may be reused after its thread has ended.  If the table is full,
 * drop the oldest request. */
static void add_request(pthread_t thread)
{
	unsigned int i;

	pthread_mutex_lock(&requests.lock);
	if (requests.n == REQUESTS) {
		for (i = 1; i < REQUESTS; i++)
			requests.thread[i - 1] = requests.thread[i];
		requests.n--;
	}
	requests.thread[requests.n++] = thread;
	pthread_mutex_unlock(&requests.lock);
}

int __wrap_pthread_cancel(pthread_t thread)
{
	int ret = __real_pthread_cancel(thread);

	if (!ret && fl_user)
		add_request(thread);
	return ret;
}
