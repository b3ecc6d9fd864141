// Host, user and home of whoever runs this, for redact().
#pragma once

#include "report/redact/redact.h"

namespace bp {

Identity identity();

}  // namespace bp
