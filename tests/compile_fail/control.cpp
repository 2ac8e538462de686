// expect: compiles
// If this one fails, the others fail for the wrong reason.
#include <faceptor/core/error.hpp>

faceptor::Error make() { return faceptor::Error(faceptor::ErrorCode::io, "image: the file is empty").where("photo.jpg"); }
