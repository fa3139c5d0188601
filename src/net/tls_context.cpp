// tls_context.cpp
