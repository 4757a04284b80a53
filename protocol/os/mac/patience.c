#include <pthread/qos.h>

#include "protocol/os/thread.h"

void thread_be_patient(void)
{
    pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
}
