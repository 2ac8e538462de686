// expect: (could not convert|no viable conversion|conversion from).*faceptor::Error
// An error is never made by accident.
#include <faceptor/core/error.hpp>

faceptor::Error make() { return {"image: the file is empty"}; }
