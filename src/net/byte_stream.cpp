// byte_stream.cpp
